#include "cli/bundle_program.hpp"

#include "cli/agent_process.hpp"
#include "common/wire.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_line = 80UL << 20U;

}  // namespace

Result<BundleProgram> BundleProgram::start(std::vector<std::string> words) {
    const auto program = find_agent_program();
    if (!program) return program.error();
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0) return system_error("make a pipe", errno);
    UniqueFd read_in(in[0]), write_in(in[1]);
    if (::pipe2(out.data(), O_CLOEXEC) != 0) return system_error("make a pipe", errno);
    UniqueFd read_out(out[0]), write_out(out[1]);
    const std::string path = program->string();
    std::vector<char*> arguments{const_cast<char*>(path.c_str())};
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return system_error("start " + path, errno);
    if (child == 0) {
        ::dup2(read_in.get(), STDIN_FILENO);
        ::dup2(write_out.get(), STDOUT_FILENO);
        ::execv(path.c_str(), arguments.data());
        ::_exit(127);
    }
    return BundleProgram(child, std::move(write_in), std::move(read_out));
}

BundleProgram::BundleProgram(BundleProgram&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}

BundleProgram::~BundleProgram() {
    if (child_ > 0) wait();
}

Result<> BundleProgram::tell(const std::string& text) {
    // One that ended has said why: its end is no signal to us.
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    std::string_view rest = text;
    int why = 0;
    while (!rest.empty() && why == 0) {
        const auto written = ::write(input_.get(), rest.data(), rest.size());
        if (written >= 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            why = errno;
    }
    std::signal(SIGPIPE, before);
    if (why == 0) return {};
    return system_error("speak with mcpmd", why);
}

Result<Json> BundleProgram::read_line() {
    std::string text;
    std::array<char, 65536> piece{};
    while (text.find('\n') == std::string::npos && text.size() < longest_line) {
        const auto got = ::read(output_.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return ok(nullptr);
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return wire::parse(text.substr(0, text.find('\n')));
}

int BundleProgram::wait() {
    input_.reset();
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace mcpm::cli
