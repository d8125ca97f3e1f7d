// `mcpm backup` and `mcpm restore`, whose work is mcpmd's: it has the database and the vault. A process of
// its own, beside the agent or without one. The passphrase comes on standard input.
#pragma once

#include <string_view>
#include <vector>

namespace mcpm {

bool is_moving(std::string_view first);
/// "__backup FILE [--force]", "__restore FILE [--replace | --check]"; the exit status.
int run_moving(const std::vector<std::string_view>& arguments);

}  // namespace mcpm
