// Secrets, without their values: /api/secrets.
#pragma once

namespace mcpm::fields::secret {

inline constexpr const char* name = "name";
inline constexpr const char* created_at = "createdAt";
inline constexpr const char* updated_at = "updatedAt";
inline constexpr const char* damaged = "damaged";
inline constexpr const char* used_by = "usedBy";
inline constexpr const char* value = "value";

}  // namespace mcpm::fields::secret
