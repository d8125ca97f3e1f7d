// JSON-RPC 2.0 messages: building those we send and telling apart those we read. Pure.
#pragma once

#include "common/error.hpp"
#include "common/json_scan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::mcp {

namespace rpc_code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int header_mismatch = -32020;      // 2026-07-28
inline constexpr int unsupported_version = -32022;  // 2026-07-28
}  // namespace rpc_code

enum class MessageKind { request, notification, response, error, invalid };

struct Classified {
    MessageKind kind = MessageKind::invalid;
    std::string_view why = {};  // of an invalid one; a literal
};

/// By the members alone: ids are strings or integers (null only in an error), params an object or absent.
Classified classify(const MessageScan& scan);

/// Whole messages without a newline. `id`, `params`, `result` and `data` are JSON texts; empty params or data
/// are left out.
std::string make_request(std::string_view id, std::string_view method, std::string_view params);
std::string make_notification(std::string_view method, std::string_view params);
std::string make_response(std::string_view id, std::string_view result);
std::string make_error(std::string_view id, int code, std::string_view message, std::string_view data);

/// A JSON string literal; bytes that are not UTF-8 become U+FFFD.
std::string quote(std::string_view text);

struct RpcError {
    std::int64_t code = 0;
    std::string message;
    std::string_view data = {};  // JSON text inside the scanned one; empty when absent
};

/// The members of an error object; a missing code is internal_error.
RpcError read_error(const JsonSlice& error);

/// Of a JSON text that may be large.
bool has_word(std::string_view text, std::string_view word);
/// Whether a result of tools/call says that the tool has failed.
bool says_tool_error(std::string_view result);

/// A JSON-RPC error as ours: wrong_state with details {"code", "message", "data"}.
Error to_error(const JsonSlice& error, std::string_view attempted);

/// What a request says of the trace that it belongs to (W3C Trace Context), for its `_meta`. It takes the
/// place of a traceparent that is there.
struct TraceKeys {
    std::string traceparent = {};  // empty: `_meta` stays as it is
    std::string tracestate = {};   // only with a traceparent that is put in; empty: none
};

struct RequestParts {
    std::uint64_t id = 0;
    std::string_view method = {};
    std::string_view params = {};    // JSON object text or empty
    std::string_view own_meta = {};  // members (without braces) to put into `_meta`, for the per-request era
    bool wants_progress = false;     // our id becomes the progress token even if the asker named none
    const MessageScan* scanned = nullptr;  // of the message that `params` is part of: not looked at again
    const TraceKeys* trace = nullptr;
};

struct Outgoing {
    std::string line;         // without newline
    std::string name;         // params.name or params.uri, decoded
    std::string asker_token;  // the asker's own progress token as JSON text, empty when there was none
    bool has_token = false;   // our id was put in as the progress token
};

/// One outgoing request from what an asker gave: params are checked (validation_error), put on one line,
/// their progress token replaced by our id, and `own_meta` merged in. All other bytes stay.
Result<Outgoing> make_outgoing(const RequestParts& parts);

}  // namespace mcpm::mcp
