// What /proc says about one process (proc(5)): the fields by which a process is told from another that got
// its pid later, and what it used. Reads files; keeps nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm {

struct ProcStat {
    int pid = 0;
    char state = '?';  // 'Z' and 'X' have ended
    int parent = 0;
    int group = 0;
    int session = 0;
    std::uint64_t start_time = 0;  // field 22, clock ticks since boot
    std::uint64_t ticks = 0;       // of the processor, user and system
    std::uint64_t resident_pages = 0;
    bool operator==(const ProcStat&) const = default;
};

/// Pid and start time.
using ProcessKey = std::pair<int, std::uint64_t>;

/// One line of /proc/PID/stat. The name in it may hold any character, parentheses and spaces included. Pure.
std::optional<ProcStat> parse_proc_stat(std::string_view line);

/// Nothing when there is no such process.
std::optional<ProcStat> read_proc_stat(int pid);

/// A whole file of at most `limit` bytes; empty when it cannot be read.
std::string read_proc_file(const std::string& path, std::size_t limit);

}  // namespace mcpm
