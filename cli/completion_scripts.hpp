// Completion scripts of the shells, printed from the table of commands. Server and tool names come from the
// running agent through `mcpm __complete`, which never starts one and never complains.
#pragma once

#include <string>

namespace mcpm::cli {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace mcpm::cli
