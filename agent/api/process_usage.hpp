// What the processes of one server use, from /proc. A server's child leads a session of its own, so its
// processes are those of that session. Blocking (one pass over /proc): call it off the loop.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace mcpm::api {

struct ProcessUsage {
    std::uint64_t memory_bytes = 0;  // resident, summed
    double cpu_seconds = 0;          // user and system, of the living
    unsigned processes = 0;
};

/// Nothing when no process of that session lives.
std::optional<ProcessUsage> usage_of_session(pid_t leader);
/// Of every session of this machine, by its leader, in one pass.
std::unordered_map<pid_t, ProcessUsage> usage_by_session();

/// One line of /proc/PID/stat (proc(5)); the name in it may hold anything. Pure.
struct ProcessStat {
    pid_t session = 0;
    std::uint64_t ticks = 0;
    std::uint64_t resident_pages = 0;
};
std::optional<ProcessStat> parse_stat(std::string_view line);

}  // namespace mcpm::api
