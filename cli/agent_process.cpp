#include "cli/agent_process.hpp"

#include "cli/c_library.hpp"
#include "cli/environment.hpp"
#include "cli/kernel_word.hpp"
#include "common/own_file.hpp"
#include "common/own_program.hpp"
#include "common/search_path.hpp"
#include "common/user_folders.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <thread>

namespace mcpm::cli {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto first_delay = 10ms;
constexpr auto longest_delay = 500ms;
constexpr off_t longest_tail = 2048;

Result<UniqueFd> open_agent_log(const Paths& paths) {
    // Whatever the umask was (0777 makes files that we could not open again).
    const mode_t before = ::umask(077);
    const auto made = make_own_folder(paths.state, {Links::followed, Owner::us});
    auto log =
        made ? open_own_file(paths.agent_log(), O_RDWR | O_CREAT | O_APPEND) : Result<UniqueFd>(made.error());
    ::umask(before);
    return log;
}

// Between fork and exec: only what is safe there.
[[noreturn]] void become_agent(const char* program, int null, int log, int trouble) {
    ::setsid();
    ::dup2(null, 0);
    ::dup2(log, 1);
    ::dup2(log, 2);
    // `trouble` is close-on-exec; what the shell left open must not live as long as the agent does.
    for (int fd = 3; fd < 256; ++fd) {
        if (fd != trouble) ::close(fd);
    }
    ::signal(SIGPIPE, SIG_DFL);
    if (::chdir("/") == 0) {
        char* const arguments[] = {const_cast<char*>(program), const_cast<char*>("run"), nullptr};
        ::execv(program, arguments);
    }
    const int why = errno;
    (void)!::write(trouble, &why, sizeof why);
    ::_exit(127);
}

Result<pid_t> spawn_agent(const fs::path& program, int log) {
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    std::array<int, 2> ends{};
    if (!null || ::pipe2(ends.data(), O_CLOEXEC) != 0)
        return system_error("start " + program.string(), errno);
    const UniqueFd heard(ends[0]);
    UniqueFd trouble(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return system_error("start " + program.string(), errno);
    if (child == 0) become_agent(program.c_str(), null.get(), log, trouble.get());
    trouble.reset();
    int why = 0;
    ssize_t got = 0;
    do {
        got = ::read(heard.get(), &why, sizeof why);
    } while (got < 0 && errno == EINTR);
    if (got == static_cast<ssize_t>(sizeof why)) {
        ::waitpid(child, nullptr, 0);
        if (why == ENOENT && ::access(program.c_str(), X_OK) == 0) return c_library_missing(program.string());
        return system_error("start " + program.string(), why, ErrorCode::unavailable);
    }
    return child;
}

// What was written to the log since `from`, its last lines.
std::string written_since(int log, off_t from) {
    const off_t end = ::lseek(log, 0, SEEK_END);
    const off_t begin = std::max(from, end - longest_tail);
    std::string text(static_cast<std::size_t>(std::max<off_t>(0, end - begin)), '\0');
    const ssize_t got = ::pread(log, text.data(), text.size(), begin);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

Error died(const Paths& paths, int log, off_t from) {
    Error error{ErrorCode::unavailable, "the agent ended right after it was started"};
    const std::string said = written_since(log, from);
    if (auto too_old = c_library_too_old(said)) return *too_old;
    if (!said.empty()) error.message += ":\n" + said;
    error.hint = "its log is " + paths.agent_log().string() + "; `mcpm doctor` looks for the usual causes";
    return error;
}

Result<AgentClient> wait_for_agent(const Paths& paths, pid_t child, int log, off_t from,
                                   std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    FileWatch socket(paths.socket());
    auto delay = std::chrono::milliseconds(first_delay);
    bool ended = false;
    while (std::chrono::steady_clock::now() < deadline) {
        // The keeper binds the socket before there is an agent, so only an answer shows that there is one.
        auto client = AgentClient::connect(paths);
        const auto answer = client ? client->agent() : Result<Json>(client.error());
        if (client && answer) return client;
        if (is_certain_absence(answer.error())) return answer.error();
        // Ours ended and nobody else holds the lock: there will be no agent. Otherwise another one won the
        // race.
        if (ended && !agent_lock_is_held(paths)) return died(paths, log, from);
        if (!ended) ended = ::waitpid(child, nullptr, WNOHANG) == child;
        socket.wait(delay);
        delay = std::min<std::chrono::milliseconds>(delay * 2, longest_delay);
    }
    const Absence absence = judge(find_traces(paths));
    Error error = absence_error(absence);
    error.message = "nobody answers on " + paths.socket().string() + ": " + absence.what;
    return error;
}

}  // namespace

Result<fs::path> find_agent_program() {
    const fs::path self = own_program();
    if (!self.empty()) {
        if (self.filename() == "mcpmd") return self;
        if (const auto beside = self.parent_path() / "mcpmd"; check_executable(beside) == 0) return beside;
    }
    if (const auto found = find_on_path("mcpmd", own_search_path())) return fs::path(*found);
    return Error{ErrorCode::unavailable,
                 "the agent is not running, and its program 'mcpmd' is neither beside " + self.string() +
                     " nor on the PATH",
                 {},
                 "install mcpm again, or put mcpmd beside mcpm"};
}

Result<AgentClient> connect_or_start(const Paths& paths, std::chrono::milliseconds patience) {
    auto running = AgentClient::connect(paths);
    if (running) running->set_way_back([paths, patience] { return connect_or_start(paths, patience); });
    if (running || running.error().code != ErrorCode::unavailable) return running;
    // The agent of the machine is its service's to start: what we started would run as who asks, as root too.
    if (is_of_machine(process_environment()))
        return Error{ErrorCode::unavailable,
                     "the agent of the machine does not run, and only its service starts it",
                     {},
                     "sudo systemctl start mcpmd (docs/service.md); without MCPM_SYSTEM=1 you have an agent "
                     "of your own"};
    const auto program = find_agent_program();
    if (!program) return program.error();
    const auto log = open_agent_log(paths);
    if (!log) return log.error();
    const off_t from = ::lseek(log->get(), 0, SEEK_END);
    const auto child = spawn_agent(*program, log->get());
    if (!child) return child.error();
    auto started = wait_for_agent(paths, *child, log->get(), from, patience);
    if (started) started->set_way_back([paths, patience] { return connect_or_start(paths, patience); });
    return started;
}

}  // namespace mcpm::cli
