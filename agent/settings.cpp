#include "agent/settings.hpp"

#include <chrono>

namespace mcpm {

LogLimits limits_of(const LogSettings& settings) {
    LogLimits limits;
    limits.segment_bytes = settings.segment_size;
    limits.server_bytes = settings.server_budget;
    limits.total_bytes = settings.total_budget;
    limits.segments = settings.max_segments;
    limits.age = std::chrono::duration_cast<std::chrono::hours>(settings.max_age);
    return limits;
}

http::Limits limits_of(const HttpSettings& settings) {
    http::Limits limits;
    limits.body_bytes = settings.max_body;
    limits.connections = settings.max_connections;
    limits.idle = std::chrono::ceil<std::chrono::seconds>(settings.idle_timeout);
    return limits;
}

gateway::GatewayLimits limits_of(const GatewaySettings& settings) {
    gateway::GatewayLimits limits;
    limits.call = settings.call_timeout;
    limits.call_at_most = settings.call_at_most;
    limits.queued = settings.queue_timeout;
    limits.input = settings.input_timeout;
    limits.session_idle = settings.session_idle;
    limits.sessions = settings.sessions;
    limits.open_per_client = settings.open_per_client;
    limits.concurrent = settings.calls_per_server;
    limits.queue = settings.queue_per_server;
    return limits;
}

}  // namespace mcpm
