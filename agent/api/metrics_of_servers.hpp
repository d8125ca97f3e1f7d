// What /metrics says of each server and its tools. Bounded: what is beyond most_servers, or beyond most_tools
// of a server, is counted together as "other".
#pragma once

#include "agent/api/endpoints.hpp"
#include "agent/metrics/exposition.hpp"
#include "agent/observe/process_usage.hpp"

#include <sys/types.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace mcpm::api {

inline constexpr std::size_t most_servers_measured = 1000;
inline constexpr std::size_t most_tools_measured = 200;

/// What is read off the loop.
struct Machine {
    std::unordered_map<pid_t, observe::ProcessUsage> trees;
    std::uint64_t open_files = 0;
};

void write_servers(metrics::Exposition& out, const Rooms& rooms, const std::vector<ServerView>& servers,
                   const Machine& machine);

}  // namespace mcpm::api
