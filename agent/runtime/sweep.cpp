#include "agent/runtime/sweep.hpp"

#include "common/number.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>

namespace mcpm {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t environment_limit = 4U << 20U;
constexpr std::size_t depth_limit = 4096;

std::optional<std::string> value_of(std::string_view environment, std::string_view name) {
    while (!environment.empty()) {
        const auto variable = environment.substr(0, environment.find('\0'));
        if (variable.size() > name.size() && variable[name.size()] == '=' && variable.starts_with(name)) {
            return std::string(variable.substr(name.size() + 1));
        }
        environment.remove_prefix(std::min(environment.size(), variable.size() + 1));
    }
    return std::nullopt;
}

bool is_alive(const ProcStat& stat) {
    return stat.state != 'Z' && stat.state != 'X';
}

bool kernel_lists_children() {
    static const bool listed = ::access("/proc/thread-self/children", R_OK) == 0;
    return listed;
}

/// Children of every thread of the process.
std::vector<int> listed_children(int pid) {
    std::vector<int> children;
    std::error_code failure;
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    for (fs::directory_iterator at(tasks, failure), end; !failure && at != end; at.increment(failure)) {
        std::istringstream stream(read_proc_file(at->path().string() + "/children", 1 << 20));
        for (int child = 0; stream >> child;) children.push_back(child);
    }
    return children;
}

/// Where the kernel has no lists of children: the parents of all processes.
std::vector<int> searched_children(int pid) {
    std::vector<int> children;
    for (const int candidate : all_pids()) {
        const auto stat = read_proc_stat(candidate);
        if (stat && stat->parent == pid) children.push_back(candidate);
    }
    return children;
}

std::vector<int> children_of(int pid) {
    return kernel_lists_children() ? listed_children(pid) : searched_children(pid);
}

}  // namespace

std::optional<RunMarks> parse_marks(std::string_view environment) {
    const auto owner = value_of(environment, "MCPM_OWNER");
    const auto server = value_of(environment, "MCPM_SERVER");
    const auto run = value_of(environment, "MCPM_RUN");
    const auto boot = value_of(environment, "MCPM_BOOT");
    if (!owner || !server || !run || !boot) return std::nullopt;
    RunMarks marks{*owner, *server, 0, *boot};
    const auto number = parse_number<decltype(marks.run)>(*run);
    if (!number) return std::nullopt;
    marks.run = *number;
    return marks;
}

std::optional<RunMarks> read_marks(int pid) {
    return parse_marks(read_proc_file("/proc/" + std::to_string(pid) + "/environ", environment_limit));
}

bool belongs_to_run(const Orphan& orphan, const RunTraces& run, const std::vector<std::uint64_t>& others) {
    const ProcStat& stat = orphan.stat;
    if (stat.start_time < run.leader.second) return false;
    if (stat.session == run.leader.first || stat.group == run.leader.first) return true;
    if (run.seen.contains({stat.pid, stat.start_time})) return true;
    if (orphan.marks) return *orphan.marks == run.marks;
    if (run.sessions.contains(stat.session)) return true;
    const auto held = [&run](std::uint64_t pipe) { return run.pipes.contains(pipe); };
    if (std::any_of(orphan.pipes.begin(), orphan.pipes.end(), held)) return true;
    // Born of something the keeper started; when nothing else was there at its birth, it was this run.
    return std::none_of(others.begin(), others.end(),
                        [&stat](std::uint64_t start) { return start <= stat.start_time; });
}

bool may_belong_to_run(const Orphan& orphan, const RunTraces& run) {
    return !orphan.marks && orphan.stat.start_time >= run.leader.second;
}

std::vector<ProcStat> tree_below(int pid) {
    std::vector<ProcStat> all;
    std::vector<int> open{pid};
    std::set<int> met{pid};
    while (!open.empty() && met.size() < depth_limit * 16) {
        const int parent = open.back();
        open.pop_back();
        for (const int child : children_of(parent)) {
            const auto stat = read_proc_stat(child);
            if (!stat || stat->parent != parent || !met.insert(child).second) continue;
            if (is_alive(*stat)) all.push_back(*stat);
            open.push_back(child);
        }
    }
    return all;
}

Orphans orphans_of(int reaper, const std::set<int>& held) {
    Orphans orphans;
    for (const int child : children_of(reaper)) {
        if (held.contains(child)) continue;
        const auto stat = read_proc_stat(child);
        if (!stat || stat->parent != reaper || !is_alive(*stat)) {
            orphans.is_moving = true;  // its own child came to the reaper, perhaps after the list was read
            continue;
        }
        orphans.found.push_back({*stat, read_marks(child), pipes_of(child)});
    }
    return orphans;
}

bool is_living(const ProcessKey& process) {
    const auto stat = process.first > 0 ? read_proc_stat(process.first) : std::nullopt;
    return stat && stat->start_time == process.second && is_alive(*stat);
}

std::set<std::uint64_t> pipes_of(int pid) {
    std::set<std::uint64_t> pipes;
    std::error_code failure;
    const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        std::error_code unreadable;
        const std::string target = fs::read_symlink(at->path(), unreadable).string();
        if (target.starts_with("pipe:[")) pipes.insert(std::strtoull(target.c_str() + 6, nullptr, 10));
    }
    return pipes;
}

std::uint64_t pipe_number(int descriptor) {
    struct stat status {};
    return descriptor >= 0 && ::fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

std::vector<int> all_pids() {
    std::vector<int> pids;
    std::error_code failure;
    for (fs::directory_iterator at("/proc", failure), end; !failure && at != end; at.increment(failure)) {
        if (const auto pid = parse_number<int>(at->path().filename().string())) pids.push_back(*pid);
    }
    return pids;
}

std::set<int> ancestry_of(int pid) {
    std::set<int> line;
    while (pid > 0 && line.insert(pid).second) {
        const auto stat = read_proc_stat(pid);
        pid = stat ? stat->parent : 0;
    }
    return line;
}

std::string read_boot_id() {
    std::string text = read_proc_file("/proc/sys/kernel/random/boot_id", 64);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

UniqueFd open_process(const ProcessKey& process) {
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.first, 0)));
    const auto stat = pidfd ? read_proc_stat(process.first) : std::nullopt;
    // The pidfd is of whoever had the pid a moment ago; the start time says that it is still the one meant.
    if (!stat || stat->start_time != process.second || !is_alive(*stat)) return UniqueFd();
    return pidfd;
}

void signal_process(const UniqueFd& pidfd, int signal_number) {
    ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal_number, nullptr, 0);
}

}  // namespace mcpm
