#include "agent/observe/process_usage.hpp"

#include "common/number.hpp"
#include "common/words.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <unordered_set>

namespace mcpm::observe {

namespace {

constexpr std::size_t longest_file = 16384;
/// More parents than that has nobody; a chain that is read while it changes may lead in a circle.
constexpr int longest_chain = 256;

std::unordered_map<pid_t, ProcStat> all_processes() {
    std::unordered_map<pid_t, ProcStat> processes;
    std::error_code failure;
    for (auto entry = std::filesystem::directory_iterator("/proc", failure);
         !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
        const auto pid = parse_number<pid_t>(entry->path().filename().string());
        if (!pid) continue;
        const auto stat = read_proc_stat(*pid);
        if (stat) processes.emplace(*pid, *stat);
    }
    return processes;
}

std::optional<std::uint64_t> descriptors_of(const std::string& folder) {
    std::error_code failure;
    std::uint64_t count = 0;
    for (auto entry = std::filesystem::directory_iterator(folder + "/fd", failure);
         !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure))
        ++count;
    if (failure) return std::nullopt;
    return count;
}

/// What one process does not tell, the sum does not.
void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& more) {
    if (sum && more)
        *sum += *more;
    else
        sum.reset();
}

void look_closer(ProcessUsage& usage, pid_t pid, Depth depth) {
    const std::string folder = "/proc/" + std::to_string(pid);
    if (usage.processes == 0) {
        usage.descriptors = usage.read_bytes = usage.written_bytes = 0;
        if (depth == Depth::memory) usage.proportional_bytes = 0;
    }
    add(usage.descriptors, descriptors_of(folder));
    const std::string io = read_proc_file(folder + "/io", longest_file);
    add(usage.read_bytes, number_behind(io, "read_bytes"));
    add(usage.written_bytes, number_behind(io, "write_bytes"));
    if (depth != Depth::memory) return;
    auto kibibytes = number_behind(read_proc_file(folder + "/smaps_rollup", longest_file), "Pss");
    if (kibibytes) *kibibytes *= 1024;
    add(usage.proportional_bytes, kibibytes);
}

}  // namespace

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        auto line = take_line(text);
        if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
        line.remove_prefix(name.size() + 1);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        return take_number<std::uint64_t>(line);
    }
    return std::nullopt;
}

std::unordered_map<pid_t, pid_t> owners_of(const std::unordered_map<pid_t, ProcStat>& processes,
                                           const std::vector<pid_t>& roots) {
    const std::unordered_set<pid_t> known(roots.begin(), roots.end());
    std::unordered_map<pid_t, pid_t> owners;
    for (const auto& [pid, stat] : processes) {
        pid_t above = pid;
        for (int steps = 0; steps < longest_chain; ++steps) {
            const auto found = processes.find(above);
            if (found == processes.end()) break;
            const pid_t owner = known.contains(above) ? above : found->second.session;
            if (known.contains(owner)) {
                owners.emplace(pid, owner);
                break;
            }
            above = found->second.parent;
        }
    }
    return owners;
}

std::unordered_map<pid_t, ProcessUsage> usage_of_trees(const std::vector<pid_t>& roots, Depth depth) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto processes = all_processes();
    std::unordered_map<pid_t, ProcessUsage> trees;
    for (const auto& [pid, owner] : owners_of(processes, roots)) {
        const auto& stat = processes.at(pid);
        auto& usage = trees[owner];
        if (depth != Depth::usual) look_closer(usage, pid, depth);
        usage.memory_bytes += stat.resident_pages * page;
        usage.cpu_seconds += static_cast<double>(stat.ticks) / ticks_per_second;
        ++usage.processes;
        if (pid == owner) usage.is_stopped = stat.state == 'T' || stat.state == 't';
    }
    return trees;
}

}  // namespace mcpm::observe
