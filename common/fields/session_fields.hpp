// Browsers that sign in: /api/session, /api/dashboard/links.
#pragma once

namespace mcpm::fields::session {

inline constexpr const char* signed_in = "signedIn";
inline constexpr const char* version = "version";
inline constexpr const char* agent_name = "agentName";
inline constexpr const char* role = "role";
inline constexpr const char* expires_at = "expiresAt";
inline constexpr const char* url = "url";
inline constexpr const char* token = "token";
inline constexpr const char* ended = "ended";
inline constexpr const char* live = "live";
inline constexpr const char* seq = "seq";
inline constexpr const char* boot = "boot";

}  // namespace mcpm::fields::session
