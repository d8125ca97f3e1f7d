#include "agent/gateway/messages.hpp"

#include "agent/mcp/json_rpc.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <array>

namespace mcpm::gateway {

using mcp::JsonSlice;
using mcp::JsonType;
using mcp::member;

namespace {

constexpr std::array<std::string_view, 8> levels{"debug", "info",     "notice", "warning",
                                                 "error", "critical", "alert",  "emergency"};
constexpr std::string_view server_info_key = "io.modelcontextprotocol/serverInfo";

bool is_cacheable(std::string_view method) {
    return !list_member(method).empty() || method == "resources/read" || method == "server/discover";
}

std::string text(std::string_view value) {
    return std::string(value);
}

}  // namespace

std::string_view supported_versions() {
    return R"(["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"])";
}

Envelope read_envelope(const mcp::MessageScan& scan) {
    Envelope envelope;
    if (scan.meta.type != JsonType::object) return envelope;
    envelope.version = member(scan.meta.text, "io.modelcontextprotocol/protocolVersion");
    envelope.capabilities = member(scan.meta.text, "io.modelcontextprotocol/clientCapabilities");
    envelope.log_level = member(scan.meta.text, "io.modelcontextprotocol/logLevel");
    const JsonSlice info = member(scan.meta.text, "io.modelcontextprotocol/clientInfo");
    if (info.type == JsonType::object) envelope.client = decode_string(member(info.text, "name"));
    return envelope;
}

std::optional<int> log_level(std::string_view name) {
    const auto found = std::find(levels.begin(), levels.end(), name);
    if (found == levels.end()) return std::nullopt;
    return static_cast<int>(found - levels.begin());
}

std::string_view log_level_name(int level) {
    return levels[static_cast<std::size_t>(std::clamp(level, 0, 7))];
}

std::string with_members(std::string_view object, std::string_view members) {
    const auto brace = object.find('{');
    if (brace == std::string_view::npos || members.empty()) return text(object);
    std::string out;
    out.reserve(object.size() + members.size() + 1);
    out.append(object.substr(0, brace + 1)).append(members);
    const auto rest = object.substr(brace + 1);
    const auto first = rest.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && rest[first] != '}') out.push_back(',');
    return out.append(rest);
}

std::string with_string(std::string_view whole, const JsonSlice& slice, std::string_view value) {
    const std::string quoted = mcp::quote(value);
    const mcp::Edit edit = mcp::replace(whole, slice, quoted);
    return mcp::splice(whole, {&edit, 1}, mcp::Newlines::keep);
}

std::string_view list_member(std::string_view method) {
    if (method == "tools/list") return "tools";
    if (method == "prompts/list") return "prompts";
    if (method == "resources/list") return "resources";
    return method == "resources/templates/list" ? "resourceTemplates" : "";
}

std::string_view negotiated_version(std::string_view asked) {
    return mcp::is_handshake_version(asked) ? asked : mcp::newest_handshake_version;
}

std::string initialize_result(const mcp::SessionFacts& facts, std::string_view version) {
    std::string result = R"({"protocolVersion":")" + text(version) + R"(","capabilities":)" +
                         facts.capabilities + R"(,"serverInfo":)" + facts.server_info;
    if (!facts.instructions.empty()) result += R"(,"instructions":)" + mcp::quote(facts.instructions);
    return result + "}";
}

std::string discover_result(const mcp::SessionFacts& facts) {
    std::string result = R"({"resultType":"complete","supportedVersions":)" + text(supported_versions()) +
                         R"(,"capabilities":)" + facts.capabilities + R"(,"ttlMs":0,"cacheScope":"private")";
    if (!facts.instructions.empty()) result += R"(,"instructions":)" + mcp::quote(facts.instructions);
    return result + R"(,"_meta":{")" + text(server_info_key) + "\":" + facts.server_info + "}}";
}

std::string modern_result(std::string_view result, std::string_view method, const mcp::SessionFacts& facts) {
    std::string members;
    const auto add = [&members](std::string_view more) {
        if (!members.empty()) members.push_back(',');
        members.append(more);
    };
    bool has_type = false, has_ttl = false, has_scope = false;
    JsonSlice meta;
    for_each_member(result, [&](std::string_view name, const JsonSlice& value) {
        if (name == R"("resultType")") has_type = true;
        if (name == R"("ttlMs")") has_ttl = true;
        if (name == R"("cacheScope")") has_scope = true;
        if (name == R"("_meta")") meta = value;
    });
    if (!has_type) add(R"("resultType":"complete")");
    if (is_cacheable(method) && !is_input_required(result)) {
        if (!has_ttl) add(R"("ttlMs":0)");
        if (!has_scope) add(R"("cacheScope":"private")");
    }
    const std::string identity = "\"" + text(server_info_key) + "\":" + facts.server_info;
    if (meta.type == JsonType::object) {
        if (has_member(meta.text, server_info_key)) return with_members(result, members);
        const std::string inside = with_members(meta.text, identity);
        const mcp::Edit edit = mcp::replace(result, meta, inside);
        return with_members(mcp::splice(result, {&edit, 1}, mcp::Newlines::keep), members);
    }
    add(R"("_meta":{)" + identity + "}");
    return with_members(result, members);
}

namespace {

std::string with_code(std::string_view error, std::string_view from, std::string_view to) {
    const JsonSlice code = member(error, "code");
    if (code.text != from) return text(error);
    const mcp::Edit edit = mcp::replace(error, code, to);
    return mcp::splice(error, {&edit, 1}, mcp::Newlines::keep);
}

}  // namespace

std::string modern_error(std::string_view error) {
    return with_code(error, "-32002", "-32602");
}

std::string legacy_error(std::string_view error, std::string_view method) {
    return method == "resources/read" ? with_code(error, "-32602", "-32002") : text(error);
}

bool is_input_required(std::string_view result) {
    return member(result, "resultType").text == R"("input_required")";
}

std::string_view capability_of(std::string_view method) {
    if (method == "sampling/createMessage") return "sampling";
    if (method == "elicitation/create") return "elicitation";
    if (method == "roots/list") return "roots";
    return {};
}

bool has_member(std::string_view object, std::string_view name) {
    return static_cast<bool>(member(object, name));
}

std::string_view missing_capability(std::string_view result, std::string_view capabilities) {
    const JsonSlice requests = member(result, "inputRequests");
    if (requests.type != JsonType::object) return {};
    std::string_view missing;
    for_each_member(requests.text, [&](std::string_view, const JsonSlice& request) {
        if (request.type != JsonType::object || !missing.empty()) return;
        const auto needed = capability_of(decode_string(member(request.text, "method")));
        if (!needed.empty() && !has_member(capabilities, needed)) missing = needed;
    });
    return missing;
}

}  // namespace mcpm::gateway
