// What differs between the eras, as text in and text out: envelopes, results, errors. Only members are put in
// or read; every other byte passes. Pure.
#pragma once

#include "agent/mcp/era.hpp"
#include "agent/mcp/session_facts.hpp"
#include "common/json_scan.hpp"
#include "common/json_walk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::gateway {

using mcp::for_each_element;
using mcp::for_each_member;

namespace code {
inline constexpr int header_mismatch = -32020;      // 2026-07-28
inline constexpr int missing_capability = -32021;   // 2026-07-28
inline constexpr int unsupported_version = -32022;  // 2026-07-28
}  // namespace code

/// All versions that are spoken here, newest first, as a JSON array.
std::string_view supported_versions();

/// What a request of the per-request era says in `_meta`.
struct Envelope {
    mcp::JsonSlice version, capabilities, log_level;
    std::string client;  // clientInfo.name; may be empty
};
Envelope read_envelope(const mcp::MessageScan& scan);

/// Log levels of RFC 5424, 0 = debug … 7 = emergency.
std::optional<int> log_level(std::string_view name);
std::string_view log_level_name(int level);

/// `object` with `members` ("\"a\":1,\"b\":2") put in behind its opening brace.
std::string with_members(std::string_view object, std::string_view members);

/// `text` with one of its slices replaced by a string.
std::string with_string(std::string_view text, const mcp::JsonSlice& slice, std::string_view value);

/// "tools" for tools/list and so on; empty for what is no list.
std::string_view list_member(std::string_view method);

/// The version a handshake-era client gets.
std::string_view negotiated_version(std::string_view asked);
std::string initialize_result(const mcp::SessionFacts& facts, std::string_view version);
std::string discover_result(const mcp::SessionFacts& facts);

/// A result for a client of 2026-07-28: resultType, ttlMs and cacheScope (lists and reads), serverInfo, where
/// they are missing.
std::string modern_result(std::string_view result, std::string_view method, const mcp::SessionFacts& facts);
/// An error for a client of 2026-07-28 (-32002 of the handshake era is -32602), or for one of the handshake
/// era.
std::string modern_error(std::string_view error);
std::string legacy_error(std::string_view error, std::string_view method);

/// The code for a resource that is not there.
inline int not_found_code(mcp::Era era) {
    return era == mcp::Era::per_request ? -32602 : -32002;
}

bool is_input_required(std::string_view result);
/// The capability ("sampling", "elicitation", "roots") that a server's request needs; empty for others.
std::string_view capability_of(std::string_view method);
bool has_member(std::string_view object, std::string_view name);
/// The first capability that these inputRequests need and the client did not declare; empty when all are
/// there.
std::string_view missing_capability(std::string_view input_required_result, std::string_view capabilities);

}  // namespace mcpm::gateway
