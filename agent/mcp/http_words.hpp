// What Streamable HTTP says about one message beside the message: the headers of a request, and the messages
// in the body of an answer (MCP 2025-03-26 to 2026-07-28, basic/transports). Pure.
#pragma once

#include "agent/mcp/era.hpp"
#include "agent/mcp/json_rpc.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::mcp {

/// What a message that is about to be sent is, as far as its transport cares. Texts, not slices.
struct OutgoingMessage {
    MessageKind kind = MessageKind::invalid;
    std::string id;          // JSON text, of a request
    std::string method;      // decoded
    std::string name;        // what Mcp-Name says; empty when that header is not due
    std::string request_id;  // JSON text, of notifications/cancelled
};
OutgoingMessage read_outgoing(std::string_view line);

/// An argument of a tool that a request of 2026-07-28 repeats in a header (`x-mcp-header` of its schema).
struct ParamHeader {
    std::vector<std::string> path;  // of the argument, through objects
    std::string name;               // Mcp-Param-…
    bool operator==(const ParamHeader&) const = default;
};
/// Headers that a tool's inputSchema asks for; none when one of the names is no header's, or is there twice.
std::vector<ParamHeader> param_headers_of(std::string_view input_schema);
/// Whether a tool's inputSchema asks for headers that cannot be: no header's name, one of them twice, or of
/// an argument that is no single value. Clients over HTTP may not call such a tool.
bool has_unfit_param_headers(std::string_view input_schema);
/// The value that goes with these arguments; nothing when the argument is absent, null or no single value.
std::optional<std::string> param_value(const ParamHeader& header, std::string_view arguments);

/// A header's value: as it is when it is plain ASCII, else `=?base64?…?=`.
std::string header_value(std::string_view text);

/// The messages of a body or an event: one, or each of a batch (2025-03-26). One line each. What is no JSON
/// stays as it is, for the session to count.
std::vector<std::string> messages_of(std::string_view text);

/// The error object in a body, as JSON text that lives as long as the body; empty when there is none.
std::string_view error_of(std::string_view body);

/// What the body of a refusal says to a person, on one short line: the message of a JSON error of any common
/// form, plain text, or the title of a page. Empty when it says nothing.
std::string refusal_words(std::string_view body);

/// An answer to the request `id` with the error object of a body.
std::string answer_with_error(std::string_view id, std::string_view error);

/// "401 Unauthorized".
std::string describe_status(int status);

/// Whether this is the refusal of a session that the server does not know: 404, or a 400 that speaks of it as
/// real servers do.
bool is_unknown_session(int status, std::string_view body);

/// Visible ASCII, not too long: what a session id may be.
bool is_session_id(std::string_view text);

}  // namespace mcpm::mcp
