// Servers of registries and catalogues: GET /api/registry, and what is installed from there.
#pragma once

namespace mcpm::fields::registry {
inline constexpr const char* from = "from";
inline constexpr const char* verified = "verified";
inline constexpr const char* updated_at = "updatedAt";
inline constexpr const char* status = "status";
inline constexpr const char* problem = "problem";
inline constexpr const char* notes = "notes";
inline constexpr const char* url = "url";
inline constexpr const char* document = "document";
inline constexpr const char* bundle = "bundle";
inline constexpr const char* digest = "digest";
inline constexpr const char* as_of = "asOf";
inline constexpr const char* entries = "entries";
inline constexpr const char* sources = "sources";
inline constexpr const char* more = "more";

}  // namespace mcpm::fields::registry
