// `mcpm bundle` and `mcpm install --bundle`, whose work is mcpmd's: it knows folders of packages and the
// engine. A process of its own, beside the agent. Speaks with the command line that started it on its
// standard input and output; errors go to standard error.
#pragma once

#include <string_view>
#include <vector>

namespace mcpm {

bool is_carrying(std::string_view first);
/// "__bundle FILE [--force]": the order comes as JSON on standard input, what was made goes to standard
/// output.
/// "__unbundle FILE [sha256:DIGEST]": prints what has arrived as a line of JSON; then "keep" on standard
/// input leaves it here, anything else takes it back. The exit status.
int run_carrying(const std::vector<std::string_view>& arguments);

}  // namespace mcpm
