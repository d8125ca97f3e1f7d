#include "agent/front/mcp_headers.hpp"

#include "agent/door/access.hpp"
#include "agent/gateway/messages.hpp"
#include "common/ascii.hpp"
#include "common/base64.hpp"
#include "common/json_walk.hpp"
#include "common/number.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm::front {

namespace {

using gateway::code::header_mismatch;
using mcp::JsonSlice;
using mcp::JsonType;

McpRefusal mismatch(std::string message) {
    return McpRefusal{400, header_mismatch, "Header mismatch: " + std::move(message), {}};
}

bool is_named(std::string_view method) {
    return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

/// The member that Mcp-Name mirrors; absent for methods without one.
JsonSlice name_of(std::string_view method, const mcp::MessageScan& scan) {
    if (method == "tools/call" || method == "prompts/get") return scan.name;
    if (method == "resources/read") return scan.uri;
    return method.starts_with("tasks/") ? mcp::member(scan.params.text, "taskId") : JsonSlice{};
}

/// Whether a header says what an argument says: integers by value, the rest by text.
bool agrees(const std::string& header, const JsonSlice& argument) {
    if (argument.type == JsonType::string) return header == decode_string(argument);
    if (argument.type == JsonType::number) {
        const auto left = parse_number<double>(header), right = parse_number<double>(argument.text);
        return left && right && *left == *right;
    }
    return header == argument.text;
}

struct ParamCheck {
    const http::Request& request;
    std::optional<McpRefusal> refusal = {};

    /// Properties with `x-mcp-header`, along `properties` alone.
    void look(std::string_view schema, std::string_view arguments, unsigned depth) {
        const JsonSlice properties = mcp::member(schema, "properties");
        if (properties.type != JsonType::object || depth > 16) return;
        gateway::for_each_member(properties.text, [&](std::string_view quoted, const JsonSlice& property) {
            if (refusal || property.type != JsonType::object) return;
            const std::string name = decode_string(JsonSlice{quoted, JsonType::string});
            const JsonSlice value = arguments.empty() ? JsonSlice{} : mcp::member(arguments, name);
            const JsonSlice header = mcp::member(property.text, "x-mcp-header");
            if (header.type == JsonType::string) check(decode_string(header), value);
            look(property.text, value.type == JsonType::object ? value.text : std::string_view(), depth + 1);
        });
    }

    void check(const std::string& name, const JsonSlice& value) {
        const auto given = request.header("mcp-param-" + ascii::lowered(name));
        const bool expected = value && value.type != JsonType::null;
        if (!expected) {
            if (given) refusal = mismatch("Mcp-Param-" + name + " is there, its argument is not");
            return;
        }
        if (!given) {
            refusal = mismatch("Mcp-Param-" + name + " is missing");
            return;
        }
        const auto decoded = decode_header(*given);
        if (!decoded) {
            refusal = mismatch("Mcp-Param-" + name + " is not validly encoded");
        } else if (!agrees(*decoded, value)) {
            refusal = mismatch("Mcp-Param-" + name + " does not match the argument");
        }
    }
};

}  // namespace

bool accepts(const http::Request& request, std::string_view type) {
    const auto accept = request.header("accept");
    if (!accept) return false;
    if (accept->find(type) != std::string_view::npos) return true;  // as nearly all clients write it
    const std::string all = ascii::lowered(*accept);
    const std::string family = std::string(type.substr(0, type.find('/'))) + "/*";
    return all.find(type) != std::string::npos || all.find("*/*") != std::string::npos ||
           all.find(family) != std::string::npos;
}

std::optional<McpRefusal> check_media_types(const http::Request& request) {
    const auto type = request.header("content-type");
    if (!type || !door::is_json_type(*type)) {
        return McpRefusal{415, mcp::rpc_code::invalid_request, "Content-Type must be application/json", {}};
    }
    if (accepts(request, "application/json") && accepts(request, "text/event-stream")) return std::nullopt;
    return McpRefusal{406,
                      mcp::rpc_code::invalid_request,
                      "Not Acceptable: Accept must list both application/json and text/event-stream",
                      {}};
}

bool is_per_request(const http::Request& request, const gateway::Message& message) {
    if (request.header("mcp-protocol-version") == mcp::per_request_version) return true;
    return static_cast<bool>(gateway::read_envelope(message.scan).version);
}

std::optional<std::string> decode_header(std::string_view value) {
    constexpr std::string_view begin = "=?base64?", end = "?=";
    value = trimmed(value);
    if (!value.starts_with(begin) || !value.ends_with(end) || value.size() < begin.size() + end.size()) {
        const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte == '\t' || (byte >= 0x20 && byte < 0x7F);
        });
        return plain ? std::optional<std::string>(value) : std::nullopt;
    }
    const auto digits = value.substr(begin.size(), value.size() - begin.size() - end.size());
    return digits.size() % 4 == 0 ? base64::decode(digits) : std::nullopt;
}

std::optional<McpRefusal> check_modern_headers(
    const http::Request& request, const gateway::Message& message,
    const std::function<std::string(std::string_view tool)>& schema,
    const std::function<void(std::string what)>& remark) {
    const auto& scan = message.scan;
    const JsonSlice version = gateway::read_envelope(scan).version;
    const auto version_header = request.header("mcp-protocol-version");
    // Without the version in the body the gateway says what is missing there.
    if (!version) return std::nullopt;
    if (!version_header) return mismatch("MCP-Protocol-Version is missing");
    if (trimmed(*version_header) != decode_string(version)) {
        return mismatch("MCP-Protocol-Version '" + std::string(*version_header) +
                        "' does not match the body");
    }
    const std::string method = decode_string(scan.method);
    const auto method_header = request.header("mcp-method");
    if (!method_header) return mismatch("Mcp-Method is missing");
    if (trimmed(*method_header) != method) {
        std::string what = "Mcp-Method '" + std::string(*method_header) + "' does not match '" + method + "'";
        if (method != "server/discover") return mismatch(std::move(what));
        if (remark) remark(std::move(what));
        return std::nullopt;
    }
    const auto name_header = request.header("mcp-name");
    const JsonSlice name = name_of(method, scan);
    if (name_header || is_named(method)) {
        if (!name_header) return mismatch("Mcp-Name is missing");
        const auto decoded = decode_header(*name_header);
        if (!decoded) return mismatch("Mcp-Name is not validly encoded");
        if (name && *decoded != decode_string(name)) {
            return mismatch("Mcp-Name '" + *decoded + "' does not match '" + decode_string(name) + "'");
        }
    }
    if (method != "tools/call") return std::nullopt;
    const std::string text = schema(decode_string(scan.name));
    if (text.find("x-mcp-header") == std::string::npos) return std::nullopt;
    ParamCheck check{request};
    check.look(text, mcp::member(scan.params.text, "arguments").text, 0);
    return check.refusal;
}

namespace {

/// version-traceid-parentid-flags, all in lower-case hexadecimal digits.
bool is_traceparent(std::string_view text) {
    constexpr std::string_view shape = "00-00000000000000000000000000000000-0000000000000000-00";
    if (text.size() != shape.size()) return false;
    for (std::size_t at = 0; at < shape.size(); ++at) {
        const char c = text[at];
        const bool is_digit = ascii::is_digit(c) || (c >= 'a' && c <= 'f');
        if (shape[at] == '-' ? c != '-' : !is_digit) return false;
    }
    return true;
}

constexpr std::size_t longest_tracestate = 512;

}  // namespace

gateway::MessagePtr with_trace_context(const http::Request& request, gateway::MessagePtr message) {
    const auto parent = request.header("traceparent");
    const auto& scan = message->scan;
    if (!parent || !is_traceparent(trimmed(*parent)) || message->kind.kind != mcp::MessageKind::request)
        return message;
    const bool has_meta = scan.meta.type == JsonType::object;
    if (has_meta && mcp::member(scan.meta.text, "traceparent")) return message;
    std::string members = R"("traceparent":)" + mcp::quote(trimmed(*parent));
    const auto state = request.header("tracestate");
    if (state && state->size() <= longest_tracestate &&
        !(has_meta && mcp::member(scan.meta.text, "tracestate")))
        members += R"(,"tracestate":)" + mcp::quote(trimmed(*state));
    std::string params = has_meta
                             ? std::string()
                             : gateway::with_members(scan.params ? scan.params.text : std::string_view("{}"),
                                                     R"("_meta":{)" + members + "}");
    if (!has_meta && !scan.params) {
        return std::make_shared<const gateway::Message>(
            gateway::with_members(message->text, R"("params":)" + params));
    }
    const std::string meta = has_meta ? gateway::with_members(scan.meta.text, members) : std::string();
    const mcp::Edit edit = has_meta ? mcp::replace(message->text, scan.meta, meta)
                                    : mcp::replace(message->text, scan.params, params);
    return std::make_shared<const gateway::Message>(
        mcp::splice(message->text, {&edit, 1}, mcp::Newlines::keep));
}

http::Response mcp_error(const McpRefusal& refusal, std::string_view id) {
    http::Response response;
    response.status = refusal.status;
    response.body = mcp::make_error(id, refusal.code, refusal.message, refusal.data);
    return response;
}

}  // namespace mcpm::front
