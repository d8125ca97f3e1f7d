// `mcpm logs -f`: prints a server's lines as they come, goes on behind the last one seen when the agent was
// replaced in between, and ends when the server is removed.
#pragma once

#include "cli/invocation.hpp"
#include "cli/log_request.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::cli {

class LogFollower {
  public:
    LogFollower(Invocation& call, const Paths& paths, const LogRequest& request);

    Outcome run(AgentClient agent);

    /// Bytes of JSON lines as they arrive; prints the whole lines in it that were not seen before.
    void take(std::string_view bytes);
    std::uint64_t last_sequence() const { return last_sequence_; }

  private:
    std::string target() const;
    void print(std::string_view json_line);
    Result<AgentClient> connect_again() const;

    Invocation& call_;
    const Paths& paths_;
    LogRequest request_;
    std::string rest_;
    std::uint64_t last_sequence_ = 0;
    std::string last_time_;
    bool skips_seen_ = false;
};

}  // namespace mcpm::cli
