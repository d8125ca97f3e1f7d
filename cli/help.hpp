// The help pages, printed from the table of commands, the options each declares and its examples. `width` is
// the terminal's; 0 where there is none.
#pragma once

#include "cli/commands.hpp"
#include "cli/options.hpp"

#include <cstddef>
#include <string>

namespace mcpm::cli {

/// `mcpm --help`.
std::string help_page(std::size_t width);
/// `mcpm GROUP --help`, e.g. of `tools`.
std::string group_help(std::string_view group, std::size_t width);
/// `mcpm COMMAND --help`.
std::string command_help(const CommandRow& row, const Options& options, std::size_t width);
/// "usage: mcpm list [OPTIONS]".
std::string usage_line(const CommandRow& row);
/// The hint after an unknown command: what was probably meant.
std::string unknown_command_hint(const std::vector<std::string>& words);

}  // namespace mcpm::cli
