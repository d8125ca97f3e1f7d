// The health of the whole, as JSON: put together of what was found, measured and counted elsewhere. What is
// not known is left out. Pure.
#pragma once

#include "agent/observe/error_book.hpp"
#include "agent/observe/infrastructure.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"
#include "common/wire.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::observe {

struct ApplicationFacts {
    std::string version;
    int pid = 0;
    Timestamp started_at{};
    std::uint64_t memory_bytes = 0;
    double cpu_seconds = 0;
};

struct ServerCounts {
    std::uint64_t total = 0, running = 0, stopped = 0, failed = 0;
    std::uint64_t healthy = 0, unhealthy = 0, unknown = 0;  // of those that run
    void add(const ServerStatus& status);
};

/// Of something that is done often: how often, and how long it took, from a histogram.
struct Pace {
    std::uint64_t total = 0, failed = 0;  // since the agent began
    std::uint64_t last_minute = 0;
    std::optional<double> p50 = {}, p95 = {}, p99 = {};  // milliseconds, upper bounds of buckets
};

struct SystemFacts {
    Timestamp now{};
    ApplicationFacts application = {};
    ServerCounts servers = {};
    std::vector<std::pair<std::string_view, Check>> checks = {};  // by their name on the wire
    std::optional<Space> space = {};
    std::string engine = {};  // which one answered
    Pace requests = {}, calls = {};
    std::uint64_t errors = 0, critical = 0, errors_last_minute = 0;
    std::vector<ErrorKind> top = {};
};

/// Unhealthy when a check is; degraded when one is, or a server is unhealthy or failed.
Condition judge(const SystemFacts& facts);
wire::Json system_health_json(const SystemFacts& facts);

}  // namespace mcpm::observe
