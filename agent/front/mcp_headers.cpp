#include "agent/front/mcp_headers.hpp"

#include "agent/door/access.hpp"
#include "agent/gateway/messages.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace mcpm::front {

namespace {

using gateway::code::header_mismatch;
using mcp::JsonSlice;
using mcp::JsonType;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

McpRefusal mismatch(std::string message) {
    return McpRefusal{400, header_mismatch, "Header mismatch: " + std::move(message), {}};
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    std::string out;
    unsigned bits = 0, held = 0;
    for (const char c : text) {
        const int value = base64_value(c);
        if (value < 0) return std::nullopt;
        bits = (bits << 6u) | static_cast<unsigned>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out.push_back(static_cast<char>((bits >> held) & 0xFFu));
    }
    return out;
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

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Whether a header says what an argument says: integers by value, the rest by text.
bool agrees(const std::string& header, const JsonSlice& argument) {
    if (argument.type == JsonType::string) return header == decode_string(argument);
    if (argument.type == JsonType::number) {
        const auto left = number_of(header), right = number_of(argument.text);
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
        const auto given = request.header("mcp-param-" + lower(name));
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
    const std::string all = lower(*accept);
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
    return decode_base64(value.substr(begin.size(), value.size() - begin.size() - end.size()));
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
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
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
