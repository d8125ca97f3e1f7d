#include "agent/api/trace_lines.hpp"

#include "agent/door/answer.hpp"
#include "common/units.hpp"
#include "common/wire_fields.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mcpm::api {

namespace {

using wire::Json;

constexpr std::string_view mask = "***";

/// What `masked` hides of `original`.
std::string hidden_part(std::string_view original, std::string_view masked) {
    const auto at = masked.find(mask);
    if (at == std::string_view::npos || original == masked) return {};
    const auto behind = masked.substr(at + mask.size());
    if (original.size() < at + behind.size()) return std::string(original);
    return std::string(original.substr(at, original.size() - at - behind.size()));
}

void collect(const Json& original, const Json& masked, std::vector<std::string>& out) {
    if (original.is_string() && masked.is_string()) {
        auto value =
            hidden_part(original.get_ref<const std::string&>(), masked.get_ref<const std::string&>());
        if (value.size() >= HiddenValues::shortest) out.push_back(std::move(value));
        return;
    }
    if (original.type() != masked.type()) return;
    if (original.is_object()) {
        for (const auto& [name, value] : original.items()) {
            if (const auto other = masked.find(name); other != masked.end()) collect(value, *other, out);
        }
    } else if (original.is_array()) {
        for (std::size_t at = 0; at < std::min(original.size(), masked.size()); ++at)
            collect(original[at], masked[at], out);
    }
}

/// Members of MCP itself that only sound like a secret.
bool is_of_protocol(std::string_view name) {
    constexpr std::array<std::string_view, 2> known{"progressToken", "stopReason"};
    return std::find(known.begin(), known.end(), name) != known.end();
}

void hide(Json& json) {
    if (json.is_string() && !json.get_ref<const std::string&>().empty()) json = mask;
    if (json.is_number()) json = mask;
    if (json.is_array()) {
        for (auto& one : json) hide(one);
    }
}

std::string_view wire_name(mcp::TraceKind kind) {
    constexpr std::array<std::string_view, 5> names{"request", "notification", "response", "error", "other"};
    return names[static_cast<std::size_t>(kind)];
}

void add_outcome(Json& line, const mcp::TraceRecord& record) {
    const bool is_error = record.kind == mcp::TraceKind::error;
    if (!is_error && record.kind != mcp::TraceKind::response) return;
    if (record.took) line["durationMs"] = static_cast<double>(record.took->count()) / 1000.0;
    line["outcome"] = is_error ? "error" : record.tool_failed ? "tool-error" : "ok";
}

}  // namespace

std::vector<std::string> secret_values(const ServerSpec& spec) {
    const Json original = wire::from_spec(spec);
    Json masked = original;
    wire::mask_secrets(masked);
    std::vector<std::string> out;
    collect(original, masked, out);
    std::sort(out.begin(), out.end(), [](const auto& one, const auto& other) {
        return one.size() != other.size() ? one.size() > other.size() : one < other;
    });
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void redact(Json& json, const HiddenValues& secrets) {
    if (json.is_string()) {
        json = secrets.hide(json.get<std::string>());
    } else if (json.is_array()) {
        for (auto& one : json) redact(one, secrets);
    } else if (json.is_object()) {
        for (auto& [name, value] : json.items()) {
            redact(value, secrets);
            if (wire::looks_secret(name) && !is_of_protocol(name)) hide(value);
        }
    }
}

std::string trace_line(const mcp::TraceRecord& record, const HiddenValues& secrets, Bodies bodies) {
    Json line{{"time", format_time(record.at)},
              {"direction", record.to_server ? "to-server" : "to-client"},
              {"kind", wire_name(record.kind)}};
    if (!record.client.empty()) line["client"] = record.client;
    if (!record.method.empty()) line["method"] = record.method;
    if (!record.name.empty()) line["name"] = secrets.hide(record.name);
    if (!record.id.empty()) line["id"] = Json::parse(record.id, nullptr, false);
    add_outcome(line, record);
    line["bytes"] = record.bytes;
    if (bodies == Bodies::show) {
        // What cannot be read cannot be redacted, and is not shown.
        auto body = wire::parse_answer(record.message);
        if (body) redact(*body, secrets);
        if (body) line["body"] = std::move(*body);
        if (!body) line["bodyLeftOut"] = true;
    }
    return door::dump(line) + "\n";
}

}  // namespace mcpm::api
