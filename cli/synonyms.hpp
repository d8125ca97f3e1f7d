// Words of other tools (docker, kubectl, systemctl, gh, npm) for what `mcpm` calls otherwise. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::cli {

/// "in mcpm that is `mcpm remove`", or empty for a word that is nobody's.
std::string our_word_for(std::string_view word);

}  // namespace mcpm::cli
