// The room errands: what mcpmd does for the command line as a process of its own, beside the agent or without
// one: `mcpm backup`, `restore`, `bundle` and `install --bundle`. It may include backup, bundle, process,
// secrets, engine and launch. It never runs within an agent, and never starts a server.
#pragma once

#include <string_view>
#include <vector>

namespace mcpm::errands {

bool is_errand(std::string_view first);

/// `arguments` are the words of the errand, which is_errand() knows the first of; the exit status.
/// A file's name begins with '/' or "./", or is "-".
///   __backup FILE [--force] [--database=PATH]               the passphrase comes on standard input
///   __restore FILE [--replace | --check] [--database=PATH]  likewise
///   __bundle FILE [--force]       the order comes as JSON on standard input, what was made goes to standard
///                                 output
///   __unbundle FILE [DIGEST]      prints what has arrived as a line of JSON; then "keep" on standard input
///                                 leaves it here, and anything else takes it back
int run_errand(const std::vector<std::string_view>& arguments);

}  // namespace mcpm::errands
