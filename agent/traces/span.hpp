// A span, the names of its attributes, and a batch of them as OTLP has it. The names are those of the
// semantic conventions for MCP and GenAI (open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md;
// status Development) in this one table; what the conventions do not have begins with "mcpm.". Pure.
#pragma once

#include "agent/traces/context.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mcpm::traces {

namespace name {
inline constexpr std::string_view method = "mcp.method.name";
inline constexpr std::string_view session = "mcp.session.id";
inline constexpr std::string_view protocol_version = "mcp.protocol.version";
inline constexpr std::string_view resource_uri = "mcp.resource.uri";
inline constexpr std::string_view tool = "gen_ai.tool.name";
inline constexpr std::string_view prompt = "gen_ai.prompt.name";
inline constexpr std::string_view operation = "gen_ai.operation.name";  // execute_tool
inline constexpr std::string_view request_id = "jsonrpc.request.id";
inline constexpr std::string_view response_status = "rpc.response.status_code";
inline constexpr std::string_view error_type = "error.type";  // tool_error when a result has isError
inline constexpr std::string_view transport = "network.transport";
inline constexpr std::string_view protocol = "network.protocol.name";
inline constexpr std::string_view server_host = "server.address";
inline constexpr std::string_view server_port = "server.port";
inline constexpr std::string_view client_host = "client.address";
inline constexpr std::string_view client_port = "client.port";
inline constexpr std::string_view offered = "mcpm.tool.offered";  // as the client called it
inline constexpr std::string_view server = "mcpm.server.name";
inline constexpr std::string_view profile = "mcpm.profile";
inline constexpr std::string_view client = "mcpm.client";
inline constexpr std::string_view run = "mcpm.run";
inline constexpr std::string_view overflow = "otel.metric.overflow";  // one point for all that are too many
inline constexpr std::string_view tool_arguments =
    "gen_ai.tool.call.arguments";  // these two only where asked for
inline constexpr std::string_view tool_result = "gen_ai.tool.call.result";
}  // namespace name

/// As the wire numbers them (opentelemetry/proto/trace/v1/trace.proto).
enum class Kind { server = 2, client = 3 };

using Value = std::variant<std::string, std::int64_t, bool>;
struct Attribute {
    std::string_view key;  // of the table above
    Value value;
};

using Instant = std::chrono::system_clock::time_point;

struct SpanEvent {
    Instant at{};
    std::string_view
        name;  // a literal: "waking", "woken", "started", "restarted", "queued", "parked", "held"
};

struct Span {
    Context context{};
    std::optional<SpanId> parent = {};
    std::string name = {};
    Kind kind = Kind::server;
    Instant begin{}, end{};
    std::vector<Attribute> attributes = {};
    std::vector<SpanEvent> events = {};
    std::vector<Context> links = {};
    bool is_error = false;
    std::string error = {};  // what the status says
};

/// What all spans of this agent have in common.
struct Resource {
    std::vector<std::pair<std::string, std::string>> attributes = {};  // service.name, service.version, …
    std::string scope = "mcpm", scope_version = {};
};

/// ExportTraceServiceRequest, as protobuf and as OTLP's JSON (opentelemetry-proto 1.x).
std::string write_protobuf(const std::vector<Span>& spans, const Resource& resource);
std::string write_json(const std::vector<Span>& spans, const Resource& resource);

}  // namespace mcpm::traces
