// Man pages and docs/cli.md, printed from the table of commands; checked in, and compared by
// tests/contract.sh.
#pragma once

#include <string>

namespace mcpm::cli {

std::string mcpm_man_page();
std::string mcpmd_man_page();
/// docs/cli.md.
std::string command_reference();

}  // namespace mcpm::cli
