// What the processes of servers use, from /proc, in one pass for all. A server's process leads a session of
// its own: its processes are those of that session, and their children that left it. Blocking: call it off
// the loop.
#pragma once

#include "common/proc_stat.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcpm::observe {

struct ProcessUsage {
    std::uint64_t memory_bytes = 0;  // resident, summed: what processes share counts for each
    double cpu_seconds = 0;          // user and system, of the living
    unsigned processes = 0;
    bool is_stopped = false;  // its first process, by a signal or a debugger
    // Not there when the kernel does not say, of one process at least.
    std::optional<std::uint64_t> proportional_bytes = {};  // PSS: what is shared is divided
    std::optional<std::uint64_t> descriptors = {};
    std::optional<std::uint64_t> read_bytes = {}, written_bytes = {};  // from and to storage, of the living
};

/// usual: what each process's `stat` says. files: descriptors and I/O as well. memory: also the proportional
/// memory, for which the kernel walks all pages.
enum class Depth { usual, files, memory };

/// By the first process of each; those of which no process lives are not there.
std::unordered_map<pid_t, ProcessUsage> usage_of_trees(const std::vector<pid_t>& roots, Depth depth);

/// Which root each process belongs to: the one that leads its session, or the nearest above it. Pure.
std::unordered_map<pid_t, pid_t> owners_of(const std::unordered_map<pid_t, ProcStat>& processes,
                                           const std::vector<pid_t>& roots);

/// The number behind "NAME:" at the beginning of a line. Pure.
std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view name);

}  // namespace mcpm::observe
