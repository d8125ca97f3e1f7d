// Credentials: /api/tokens.
#pragma once

namespace mcpm::fields::token {

inline constexpr const char* name = "name";
inline constexpr const char* kind = "kind";
inline constexpr const char* profile = "profile";
inline constexpr const char* created_at = "createdAt";
inline constexpr const char* expires_at = "expiresAt";
inline constexpr const char* expired = "expired";
inline constexpr const char* last_used_at = "lastUsedAt";
inline constexpr const char* expires_in = "expiresIn";
inline constexpr const char* token = "token";

}  // namespace mcpm::fields::token
