// `mcpm logs -f`: prints a server's lines as they come, goes on behind the last one seen when the agent was
// replaced in between, and ends when the server is removed.
#pragma once

#include "cli/invocation.hpp"
#include "cli/log_request.hpp"
#include "common/whole_lines.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mcpm::cli {

class LogFollower {
  public:
    LogFollower(Invocation& call, const Paths& paths, const LogRequest& request);

    Outcome run(AgentClient agent);

    /// Bytes of JSON lines as they arrive; prints the whole lines in it that were not seen before.
    void take(std::string_view bytes);
    /// Each new line goes there, as JSON, instead of to the output.
    void print_by(std::function<void(const std::string& json_line)> printer) {
        printer_ = std::move(printer);
    }
    /// A line of JSON as text, with its newline.
    static std::string shown(const Invocation& call, const LogRequest& request, const Json& json);

  private:
    std::string target() const;
    void print(std::string_view json_line);
    Result<AgentClient> connect_again() const;

    Invocation& call_;
    const Paths& paths_;
    LogRequest request_;
    std::function<void(const std::string& json_line)> printer_;
    WholeLines lines_;
    std::uint64_t last_sequence_ = 0;
    std::string last_time_;
    bool skips_seen_ = false;
};

}  // namespace mcpm::cli
