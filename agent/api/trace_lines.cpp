#include "agent/api/trace_lines.hpp"

#include "agent/door/answer.hpp"
#include "common/fields/trace_fields.hpp"
#include "common/units.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace mcpm::api {

namespace {

using wire::Json;

std::string_view wire_name(mcp::TraceKind kind) {
    constexpr std::array<std::string_view, 5> names{"request", "notification", "response", "error", "other"};
    return names[static_cast<std::size_t>(kind)];
}

void add_outcome(Json& line, const mcp::TraceRecord& record) {
    const bool is_error = record.kind == mcp::TraceKind::error;
    if (!is_error && record.kind != mcp::TraceKind::response) return;
    if (record.took) line[fields::trace::duration_ms] = static_cast<double>(record.took->count()) / 1000.0;
    line[fields::trace::outcome] = is_error ? "error" : record.tool_failed ? "tool-error" : "ok";
}

}  // namespace

std::string trace_line(const mcp::TraceRecord& record, const HiddenValues& secrets, Bodies bodies) {
    Json line{{fields::trace::time, format_time(record.at)},
              {fields::trace::direction, record.to_server ? "to-server" : "to-client"},
              {fields::trace::kind, wire_name(record.kind)}};
    if (!record.client.empty()) line[fields::trace::client] = record.client;
    if (!record.method.empty()) line[fields::trace::method] = record.method;
    if (!record.name.empty()) line[fields::trace::name] = secrets.hide(record.name);
    if (!record.trace.empty()) line[fields::trace::trace] = record.trace;
    if (!record.id.empty()) line[fields::trace::id] = Json::parse(record.id, nullptr, false);
    add_outcome(line, record);
    line[fields::trace::bytes] = record.bytes;
    if (bodies == Bodies::show) {
        // What cannot be read cannot be redacted, and is not shown.
        auto body = wire::parse_answer(record.message);
        if (body) redact(*body, secrets);
        if (body) line[fields::trace::body] = std::move(*body);
        if (!body) line[fields::trace::body_left_out] = true;
    }
    return door::dump(line) + "\n";
}

}  // namespace mcpm::api
