// The help pages, printed from the table of commands and the options each declares.
#pragma once

#include "cli/commands.hpp"
#include "cli/options.hpp"

#include <string>

namespace mcpm::cli {

/// `mcpm --help`.
std::string help_page();
/// `mcpm COMMAND --help`.
std::string command_help(const CommandRow& row, const Options& options);
/// The hint after an unknown command: what was probably meant.
std::string unknown_command_hint(const std::vector<std::string>& words);

}  // namespace mcpm::cli
