#include "cli/inspector.hpp"

#include "common/number.hpp"
#include "common/unique_fd.hpp"
#include "common/wire.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr const char* package = "@modelcontextprotocol/inspector@2.12.0";
constexpr int least_major = 22;
constexpr int least_minor = 19;

/// "v22.19.0" -> 22, 19.
bool read_version(std::string_view text, int& major, int& minor) {
    if (text.starts_with('v')) text.remove_prefix(1);
    const auto first = take_number<int>(text);
    if (!first || !text.starts_with('.')) return false;
    text.remove_prefix(1);
    const auto second = take_number<int>(text);
    major = *first;
    minor = second.value_or(0);
    return second.has_value();
}

[[noreturn]] void become(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGHUP, SIG_DFL);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

volatile sig_atomic_t running_child = 0;
void pass_on(int signal_number) {
    if (running_child > 0) ::kill(running_child, signal_number);
}

}  // namespace

Result<> judge_node(std::string_view version) {
    const Error missing{ErrorCode::cannot_launch,
                        "the MCP Inspector needs Node 22.19 or newer, and there is no `node` on the PATH",
                        {},
                        "https://nodejs.org has it"};
    if (version.empty()) return missing;
    int major = 0;
    int minor = 0;
    const bool is_known = read_version(version, major, minor);
    if (is_known && (major > least_major || (major == least_major && minor >= least_minor))) return {};
    return Error{
        ErrorCode::cannot_launch,
        "the MCP Inspector needs Node 22.19 or newer; the `node` on the PATH is " + std::string(version),
        {},
        "put a newer one first on the PATH"};
}

Result<> check_node() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("run node --version", errno);
    const UniqueFd heard(ends[0]);
    UniqueFd told(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return system_error("run node --version", errno);
    if (child == 0) {
        ::dup2(told.get(), 1);
        become({"node", "--version"});
    }
    told.reset();
    std::string said;
    std::array<char, 256> piece{};
    for (ssize_t got = 1; got > 0;) {
        got = ::read(heard.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0 && said.size() < 4096)
            said.append(piece.data(), static_cast<std::size_t>(got));
    }
    if (wait_for(child) != 0) said.clear();
    while (!said.empty() && (said.back() == '\n' || said.back() == '\r')) said.pop_back();
    return judge_node(said);
}

InspectorFile::InspectorFile(const Paths& paths, std::string server, std::string url, std::string secret)
    : server_(std::move(server)),
      url_(std::move(url)),
      secret_(std::move(secret)),
      path_(paths.runtime / ("inspector-" + std::to_string(::getpid()) + ".json")) {}

InspectorFile::~InspectorFile() {
    ::unlink(path_.c_str());
}

Result<> InspectorFile::write() const {
    const wire::Json server{
        {"type", "streamable-http"}, {"url", url_}, {"headers", {{"Authorization", "Bearer " + secret_}}}};
    const std::string text = wire::to_text(wire::Json{{"mcpServers", {{server_, server}}}}) + "\n";
    ::unlink(path_.c_str());
    const UniqueFd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return system_error("write " + path_.string(), errno);
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return system_error("write " + path_.string(), errno);
    return {};
}

std::vector<std::string> inspector_words(bool as_cli, const std::filesystem::path& file,
                                         const std::string& server, const std::vector<std::string>& more) {
    std::vector<std::string> words{"npx", "--yes", package};
    if (as_cli) words.emplace_back("--cli");
    words.insert(words.end(), {"--config", file.string(), "--server", server});
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Result<int> run_inspector(const std::vector<std::string>& words) {
    // The terminal sends Ctrl-C to both; this one stays to clean up. A TERM for this one is passed on.
    struct sigaction pass {};
    pass.sa_handler = pass_on;
    ::sigaction(SIGTERM, &pass, nullptr);
    ::sigaction(SIGHUP, &pass, nullptr);
    ::signal(SIGINT, SIG_IGN);
    const pid_t child = ::fork();
    if (child < 0) return system_error("run " + words[0], errno);
    if (child == 0) {
        // The token ends with the inspector: no keychain should keep it.
        ::setenv("MCP_INSPECTOR_SECRET_STORE", "memory", 0);
        become(words);
    }
    running_child = child;
    const int status = wait_for(child);
    running_child = 0;
    if (status == 127) {
        return Error{ErrorCode::cannot_launch,
                     "run " + words[0] + ": it is not on the PATH",
                     {},
                     "it comes with Node"};
    }
    return status;
}

}  // namespace mcpm::cli
