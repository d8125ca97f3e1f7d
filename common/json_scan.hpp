// One pass over one JSON message without building a tree: checks that it is well-formed (RFC 8259), finds the
// slices a bridge needs, and rewrites only those. Every other byte passes as it came, so 64-bit integers,
// 1.0 against 1, key order and escapes survive. Pure.
//
// Policies:
// - depth at most 128; UTF-8 must be valid (no overlong forms, no encoded surrogates); no byte order mark;
// - a lone surrogate *escape* (\ud83d, as JavaScript writes a cut string) is accepted and flagged, because
//   refusing it would lose a whole answer; replace_lone_surrogates() makes the text acceptable to any parser;
// - a second copy of a member that decides routing is a fault: two parsers could read two different messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mcpm::mcp {

enum class JsonType : std::uint8_t { absent, null, boolean, number, string, array, object };

/// A value inside a scanned text; a string's slice includes its quotes. Lives as long as the text.
struct JsonSlice {
    std::string_view text = {};
    JsonType type = JsonType::absent;
    explicit operator bool() const { return type != JsonType::absent; }
};

enum class ScanFault : std::uint8_t { none, malformed, too_deep, bad_utf8, duplicate_member, not_an_object };

inline constexpr unsigned json_depth_limit = 128;

/// What one message says to a bridge. Members below `params` are absent when params is no object.
struct MessageScan {
    ScanFault fault = ScanFault::none;
    std::size_t fault_offset = 0;
    bool has_newline = false;         // raw CR or LF between tokens
    bool has_lone_surrogate = false;  // an escape such as \ud83d without its partner
    std::string_view text = {};       // the whole message
    JsonSlice jsonrpc = {}, id = {}, method = {}, params = {}, result = {}, error = {};
    JsonSlice meta = {};            // params._meta
    JsonSlice meta_token = {};      // params._meta.progressToken, of a request
    JsonSlice request_id = {};      // params.requestId, of notifications/cancelled
    JsonSlice progress_token = {};  // params.progressToken, of notifications/progress
    JsonSlice progress = {};        // params.progress
    JsonSlice name = {}, uri = {};  // params.name, params.uri
};

/// Scans a whole text that must be one JSON object. On a fault the slices found so far are kept.
MessageScan scan_message(std::string_view text);

/// "not well-formed JSON at byte 17"; empty for no fault.
std::string describe_fault(const MessageScan& scan);

/// Any well-formed JSON value with nothing but white space around it.
bool is_well_formed(std::string_view text);

/// The member of an object text that is known to be well-formed; the last one when there are several.
JsonSlice member(std::string_view object, std::string_view name);

/// A string slice (with quotes) as text; lone surrogates become U+FFFD. Anything else: empty.
std::string decode_string(const JsonSlice& slice);

/// Bytes [at, at+length) become `text`; length 0 inserts. `at` counts from the beginning of the message.
struct Edit {
    std::size_t at = 0;
    std::size_t length = 0;
    std::string_view text = {};
};

/// The edit that replaces a slice of `message`.
Edit replace(std::string_view message, const JsonSlice& slice, std::string_view text);

enum class Newlines : std::uint8_t { keep, drop };

/// The message with edits (ascending, not overlapping) applied and all other bytes copied. `drop` removes raw
/// CR and LF, which a well-formed text can only have between tokens, so the outcome is one line.
std::string splice(std::string_view message, std::span<const Edit> edits, Newlines newlines);

/// Every lone surrogate escape becomes \ufffd in place. `text` must be well-formed.
void replace_lone_surrogates(std::string& text);

}  // namespace mcpm::mcp
