// `mcpm logs A B`: the lines of several servers in the order of their times, each behind the server's name;
// with
// `-f` as they come.
#pragma once

#include "cli/invocation.hpp"
#include "cli/log_request.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

Outcome print_merged_logs(Invocation& call, const Paths& paths, const LogRequest& request,
                          const std::vector<std::string>& names);

}  // namespace mcpm::cli
