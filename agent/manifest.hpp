// What a server offered, as kept from its last run (Manifest, agent/store): how it is put together from a
// session, and how two of them differ. Pure.
#pragma once

#include "agent/mcp/sessions.hpp"
#include "agent/store/state_store.hpp"

#include <string>
#include <string_view>

namespace mcpm {

/// A JSON object with protocolVersion, era ("handshake" or "per-request"), serverInfo, capabilities and
/// instructions: all that an initialize or a server/discover is answered from while the server is not there.
/// serverInfo and capabilities are the server's own bytes.
std::string facts_text(const mcp::SessionFacts& facts);

/// Of the lists and the facts. Only compared with digests of our own on this machine; no defence against
/// anybody.
std::string digest_of(const Manifest& manifest);

/// The names in `before` and `now` (MCP lists of objects with "name" or "uri") that are new, gone or
/// different, as one sentence; empty when the lists are the same.
std::string describe_difference(std::string_view what, std::string_view before, std::string_view now);
/// The same for all lists.
std::string describe_difference(const Manifest& before, const Manifest& now);

}  // namespace mcpm
