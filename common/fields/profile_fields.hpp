// Profiles: /api/profiles.
#pragma once

namespace mcpm::fields::profile {

inline constexpr const char* server = "server";
inline constexpr const char* tools = "tools";
inline constexpr const char* allow = "allow";
inline constexpr const char* deny = "deny";
inline constexpr const char* name = "name";
inline constexpr const char* description = "description";
inline constexpr const char* servers = "servers";
inline constexpr const char* created_at = "createdAt";
inline constexpr const char* updated_at = "updatedAt";
inline constexpr const char* notes = "notes";
inline constexpr const char* instructions = "instructions";

}  // namespace mcpm::fields::profile
