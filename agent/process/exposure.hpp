// What the agent's own place in the machine opens to others: whom it runs as, where it listens. Said when it
// begins. Pure.
#pragma once

#include "common/config_file.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace mcpm {

/// One sentence each, for people; empty when there is nothing to say.
std::vector<std::string> exposures(uid_t uid, const HttpSettings& http);

/// How a person who cannot see this machine signs a browser in; empty where the agent listens on loopback
/// alone, as there `mcpm dashboard` is at hand.
std::string sign_in_words(const HttpSettings& http);

}  // namespace mcpm
