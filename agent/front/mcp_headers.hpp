// What the headers of an MCP request say, and whether they agree with its body (Streamable HTTP of 2025-03-26
// to 2026-07-28). Pure.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/http/message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::front {

/// A refusal before the gateway sees anything: the HTTP status, and a JSON-RPC error.
struct McpRefusal {
    unsigned status = 400;
    int code = -32600;
    std::string message = {};
    std::string data = {};  // JSON text or empty
};

/// 415 and 406.
std::optional<McpRefusal> check_media_types(const http::Request& request);
bool accepts(const http::Request& request, std::string_view type);

/// Whether the request belongs to 2026-07-28, by its version header or its `_meta`.
bool is_per_request(const http::Request& request, const gateway::Message& message);

/// The headers of 2026-07-28 against the body. `schema` gives a tool's inputSchema. What `remark` gets is
/// wrong and passes: some clients say another Mcp-Method when they only ask who is there.
std::optional<McpRefusal> check_modern_headers(
    const http::Request& request, const gateway::Message& message,
    const std::function<std::string(std::string_view tool)>& schema,
    const std::function<void(std::string what)>& remark = {});

/// "=?base64?…?=" decoded, anything else trimmed; nothing when it is badly encoded.
std::optional<std::string> decode_header(std::string_view value);

/// The trace that a request belongs to (W3C Trace Context): put into the `_meta` of its message where that
/// has none, because that is what reaches the server.
gateway::MessagePtr with_trace_context(const http::Request& request, gateway::MessagePtr message);

/// An error without id, or with the request's.
http::Response mcp_error(const McpRefusal& refusal, std::string_view id = {});

}  // namespace mcpm::front
