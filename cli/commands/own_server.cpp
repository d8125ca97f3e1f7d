// __mcp: mcpm as an MCP server on stdio. The agent starts it; it never starts an agent.
#include "cli/own_server.hpp"

#include "cli/commands/all.hpp"
#include "common/paths.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t longest_line = 1U << 20U;

/// Lines of standard input. One that is too long is left out, and answered as no JSON.
class Lines {
  public:
    std::optional<std::string> next() {
        while (true) {
            const auto end = rest_.find('\n');
            if (end != std::string::npos) {
                std::string line = rest_.substr(0, end);
                rest_.erase(0, end + 1);
                return line;
            }
            if (rest_.size() > longest_line) rest_.assign("too long ");
            char bytes[16384];
            const auto got = ::read(0, bytes, sizeof bytes);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return std::nullopt;
            rest_.append(bytes, static_cast<std::size_t>(got));
        }
    }

  private:
    std::string rest_;
};

}  // namespace

Outcome serve_mcp(Invocation& call) {
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    if (!agent) return agent.error();
    Lines lines;
    OwnServer server(
        *agent, [&lines] { return lines.next(); },
        [&call](const std::string& line) {
            call.out.write(line + "\n");
            call.out.flush();
        });
    server.serve();
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
