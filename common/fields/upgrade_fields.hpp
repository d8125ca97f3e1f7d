// What became of an upgrade: POST /api/servers/{id}/upgrade.
#pragma once

namespace mcpm::fields::upgrade {

inline constexpr const char* current = "current";
inline constexpr const char* available = "available";
inline constexpr const char* upgraded = "upgraded";
inline constexpr const char* note = "note";

}  // namespace mcpm::fields::upgrade
