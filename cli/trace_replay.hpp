// A client that says again what was recorded: one request after the other over the agent's stdio endpoint,
// each answer compared with the recorded one by its outcome.
#pragma once

#include "cli/connect_link.hpp"
#include "cli/trace_lines.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::cli {

class ReplayClient {
  public:
    /// Connected, with its handshake behind it. Waits at most `patience` for any answer.
    static Result<ReplayClient> open(const Paths& paths, std::string_view server,
                                     std::chrono::milliseconds patience);

    /// The whole answer, or why there is none.
    Result<Json> ask(std::string_view method, const Json& params);

  private:
    ReplayClient(ConnectLink link, std::chrono::milliseconds patience)
        : link_(std::move(link)), patience_(patience) {}
    Result<> wait(short events, std::chrono::steady_clock::time_point deadline);
    Result<> say(const Json& message);
    Result<Json> hear(std::chrono::steady_clock::time_point deadline);

    ConnectLink link_;
    std::chrono::milliseconds patience_;
    std::string pending_;
    std::int64_t last_id_ = 0;
};

}  // namespace mcpm::cli
