// Man pages and docs/cli.md, printed from the table of commands; checked in, and compared by
// tests/contract.sh.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mcpm::cli {

/// File below the source tree and content: mcpm(1), and a page for each command.
std::vector<std::pair<std::string, std::string>> man_pages();
/// Pages of section 5: the files that people write.
std::vector<std::pair<std::string, std::string>> format_man_pages();
std::string mcpmd_man_page();
/// docs/cli.md.
std::string command_reference();

}  // namespace mcpm::cli
