// One way of finding out whether a server is well. A probe looks once and says why it is not; it keeps no
// history, sets no deadline (its caller does, by cancelling it) and knows no other room: what it needs of
// them comes as ProbeMeans.
#pragma once

#include "agent/async/task.hpp"
#include "agent/health/health_judge.hpp"
#include "common/server_spec.hpp"
#include "common/url.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct ProbeFinding {
    CheckOutcome outcome = CheckOutcome::good;
    std::string why = {};  // when it is not good
};

/// What is watched. `health.kind` is never automatic nor none.
struct HealthTarget {
    std::string server_id;
    std::uint64_t run = 0;
    Timestamp started_at{};
    HealthSpec health = {};
    bool operator==(const HealthTarget&) const = default;
};

/// How the root lets probes reach rooms that this one does not know.
struct ProbeMeans {
    /// A question that every MCP server answers, on the live session.
    std::function<Task<ProbeFinding>(HealthTarget target)> ask_mcp;
    /// Runs the command as the server itself is run; good when it ends with 0.
    std::function<Task<ProbeFinding>(HealthTarget target)> run_command;
    /// GET with TLS, or with an answer whose body counts (`health.match`).
    std::function<Task<ProbeFinding>(HealthTarget target)> fetch;
};

class Probe {
  public:
    virtual ~Probe() = default;
    virtual Task<ProbeFinding> look() = 0;
};

/// The means must outlive the probe.
std::unique_ptr<Probe> make_probe(Loop& loop, const ProbeMeans& means, const HealthTarget& target);

/// A server that runs is well: nothing has to be looked at again until it ends, which is noticed anyway.
inline bool is_settled_by_running(HealthKind kind) {
    return kind == HealthKind::process;
}

/// "http://host:8080/health".
Result<HttpUrl> parse_http_address(const std::string& url);

/// "host:port", "[::1]:port".
Result<HttpUrl> parse_tcp_address(const std::string& target);

/// What an answer to a check is worth: 200 to 399 is well, and its body has `match`. For a body that was not
/// read, `match` is empty.
ProbeFinding judge_answer(unsigned status, std::string_view body, std::string_view match);

/// The status of an answer's first line: "HTTP/1.1 204 No Content\r\n" -> 204; 0 when it is none.
unsigned status_of_answer(std::string_view bytes);

}  // namespace mcpm
