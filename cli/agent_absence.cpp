#include "cli/agent_absence.hpp"

#include "common/number.hpp"
#include "common/proc_stat.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string_view>

namespace mcpm::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view certain = "certain";
constexpr off_t longest_words = 2048;
constexpr std::size_t lines_of_words = 4;
constexpr std::chrono::seconds probe_every{30};
constexpr std::chrono::seconds probe_limit{20};

std::string proc(pid_t pid, std::string_view file) {
    return "/proc/" + std::to_string(pid) + "/" + std::string(file);
}

std::string read_all(const std::string& path) {
    constexpr std::size_t longest = 1 << 20;
    return read_proc_file(path, longest);
}

struct Stat {
    char state = 0;
    pid_t parent = 0;
};

/// The two fields behind the name, which may hold anything.
std::optional<Stat> stat_of(pid_t pid) {
    const std::string text = read_all(proc(pid, "stat"));
    const std::size_t end = text.rfind(')');
    if (end == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(end + 1));
    Stat stat;
    if (rest >> stat.state >> stat.parent) return stat;
    return std::nullopt;
}

pid_t lock_holder(const Paths& paths) {
    pid_t pid = 0;
    std::istringstream(read_all(paths.lock().string())) >> pid;
    return pid;
}

bool is_agent_of(pid_t pid, pid_t keeper) {
    const auto stat = stat_of(pid);
    return stat && stat->parent == keeper && stat->state != 'Z' &&
           read_all(proc(pid, "cmdline")).find("--agent-fd") != std::string::npos;
}

pid_t agent_of(pid_t keeper) {
    std::istringstream children(read_all(proc(keeper, "task/" + std::to_string(keeper) + "/children")));
    for (pid_t pid = 0; children >> pid;) {
        if (is_agent_of(pid, keeper)) return pid;
    }
    // Not every kernel has that list.
    std::error_code failure;
    for (fs::directory_iterator entry("/proc", failure), end; !failure && entry != end;
         entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        const pid_t pid = parse_number<pid_t>(name).value_or(0);
        if (pid > 0 && is_agent_of(pid, keeper)) return pid;
    }
    return 0;
}

SeenProcess see(pid_t pid) {
    const auto stat = pid > 0 ? stat_of(pid) : std::nullopt;
    return stat ? SeenProcess{pid, stat->state} : SeenProcess{};
}

std::string program_of(pid_t keeper) {
    std::error_code failure;
    std::string program = fs::read_symlink(proc(keeper, "exe"), failure).string();
    constexpr std::string_view deleted = " (deleted)";
    if (program.ends_with(deleted)) program.resize(program.size() - deleted.size());
    return program;
}

std::string last_words(pid_t keeper) {
    const UniqueFd file(::open(proc(keeper, "fd/2").c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat facts {};
    if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
    std::string text(static_cast<std::size_t>(std::min<off_t>(facts.st_size, longest_words)), '\0');
    const ssize_t got =
        ::pread(file.get(), text.data(), text.size(), facts.st_size - static_cast<off_t>(text.size()));
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::size_t from = text.size();
    for (std::size_t lines = 0; lines < lines_of_words && from != 0 && from != std::string::npos; ++lines)
        from = text.rfind('\n', from - 1);
    return from == std::string::npos ? text : text.substr(std::min(from + 1, text.size()));
}

std::string of_pid(std::string_view who, const SeenProcess& process) {
    return "the " + std::string(who) + " (pid " + std::to_string(process.pid) + ")";
}

std::string with_words(const std::string& what, const std::string& words) {
    return words.empty() ? what : what + "; last it said:\n" + words;
}

Absence no_agent_process(const AgentTraces& traces) {
    const std::string keeper = of_pid("keeper", traces.keeper);
    if (!traces.program_is_there) {
        return {"the program " + traces.program + " is gone, so that " + keeper +
                    " can't start the agent; the servers live on",
                "put it back (install mcpm again), or end all of it: mcpm agent stop", true};
    }
    const bool keeps_ending = traces.last_words.find("the agent keeps ending") != std::string::npos ||
                              traces.last_words.find("cannot start the agent") != std::string::npos;
    const std::string what =
        keeps_ending ? "the agent ends as soon as " + keeper + " starts it" : keeper + " has no agent yet";
    return {with_words(what, traces.last_words),
            "see `mcpm agent logs`, or the journal when systemd runs it: journalctl --user -u mcpmd",
            keeps_ending};
}

}  // namespace

bool agent_lock_is_held(const Paths& paths) {
    const UniqueFd lock(::open(paths.lock().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!lock) return false;
    return ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

AgentTraces find_traces(const Paths& paths) {
    AgentTraces traces;
    traces.lock_is_held = agent_lock_is_held(paths);
    if (!traces.lock_is_held) return traces;
    traces.keeper = see(lock_holder(paths));
    if (traces.keeper.pid == 0) return traces;
    traces.agent = see(agent_of(traces.keeper.pid));
    traces.program = program_of(traces.keeper.pid);
    traces.program_is_there = ::access(traces.program.c_str(), X_OK) == 0;
    traces.last_words = last_words(traces.keeper.pid);
    return traces;
}

Absence judge(const AgentTraces& traces) {
    if (!traces.lock_is_held) return {"the agent is not running", "`mcpm agent start` starts it", false};
    if (traces.keeper.pid == 0)
        return {"an agent holds the lock, and its keeper can't be seen from here", {}, false};
    for (const auto& [who, process] : {std::pair{"keeper", traces.keeper}, {"agent", traces.agent}}) {
        if (process.state != 'T') continue;
        return {of_pid(who, process) + " is stopped (SIGSTOP)",
                "let it go on: kill -CONT " + std::to_string(process.pid), true};
    }
    if (traces.agent.pid == 0) return no_agent_process(traces);
    const std::string what = of_pid("agent", traces.agent) + " runs and does not answer";
    return {traces.agent.state == 'D' ? what + ": it waits for a disk" : what, "see `mcpm agent logs`",
            false};
}

Error absence_error(const Absence& absence) {
    return Error{ErrorCode::unavailable, absence.what,
                 absence.is_certain ? ErrorDetails(Detail::absence, std::string(certain)) : ErrorDetails(),
                 absence.hint};
}

bool is_certain_absence(const Error& error) {
    return error.code == ErrorCode::unavailable && error.details.text(Detail::absence) == certain;
}

LocalHttp::Watch absence_watch(const Paths& paths) {
    struct Memory {
        bool was_certain = false;
        std::chrono::milliseconds probed_at{0};
    };
    return [paths,
            memory = std::make_shared<Memory>()](std::chrono::milliseconds silent) -> std::optional<Error> {
        if (silent < memory->probed_at) memory->probed_at = std::chrono::milliseconds(0);
        const Absence absence = judge(find_traces(paths));
        if (absence.is_certain && memory->was_certain) return absence_error(absence);
        memory->was_certain = absence.is_certain;
        if (silent - memory->probed_at < probe_every) return std::nullopt;
        memory->probed_at = silent;
        // What was asked may take long; an agent that is well answers this meanwhile.
        auto other = LocalHttp::connect(paths.socket().string());
        if (other && other->send({"GET", "/api/agent"}, probe_limit)) return std::nullopt;
        return absence_error(judge(find_traces(paths)));
    };
}

bool is_absence(const Error& error) {
    return error.code == ErrorCode::unavailable || error.code == ErrorCode::timed_out;
}

std::string absence_in_words(const Paths& paths, const Error& error) {
    if (!agent_lock_is_held(paths)) return "the agent is not running";
    return error.message;
}

std::string way_out_of_absence(const Paths& paths, const Error& error) {
    return agent_lock_is_held(paths) ? error.hint : judge({}).hint;
}

}  // namespace mcpm::cli
