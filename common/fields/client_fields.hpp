// Clients of the gateway that are connected: /api/clients.
#pragma once

namespace mcpm::fields::client {

inline constexpr const char* id = "id";
inline constexpr const char* name = "name";
inline constexpr const char* principal = "principal";
inline constexpr const char* version = "protocolVersion";
inline constexpr const char* transport = "transport";
inline constexpr const char* reaches = "reaches";
inline constexpr const char* server = "server";
inline constexpr const char* profile = "profile";
inline constexpr const char* last_seen_at = "lastSeenAt";
inline constexpr const char* open_calls = "openCalls";
inline constexpr const char* address = "address";

// AI clients of the agent's user: /api/ai-clients.
inline constexpr const char* client = "client";
inline constexpr const char* dry_run = "dryRun";
inline constexpr const char* items = "items";
inline constexpr const char* notes = "notes";

}  // namespace mcpm::fields::client
