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

}  // namespace mcpm::fields::client
