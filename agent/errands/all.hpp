// Inside of the room: the errands, one function each (errands.hpp says what they are told); the exit status.
#pragma once

#include "agent/errands/speech.hpp"
#include "common/paths.hpp"

namespace mcpm::errands {

int back_up(const Paths& paths, const Words& words);
int restore(const Paths& paths, const Words& words);
int bundle_up(const Paths& paths, const Words& words);
int unbundle(const Paths& paths, const Words& words);

}  // namespace mcpm::errands
