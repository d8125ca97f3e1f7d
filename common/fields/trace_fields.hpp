// Messages between a client and a server: GET /api/servers/{id}/trace.
#pragma once

namespace mcpm::fields::trace {

inline constexpr const char* missed = "missed";
inline constexpr const char* duration_ms = "durationMs";
inline constexpr const char* outcome = "outcome";
inline constexpr const char* time = "time";
inline constexpr const char* direction = "direction";
inline constexpr const char* kind = "kind";
inline constexpr const char* client = "client";
inline constexpr const char* method = "method";
inline constexpr const char* name = "name";
inline constexpr const char* id = "id";
inline constexpr const char* bytes = "bytes";
inline constexpr const char* trace = "trace";
inline constexpr const char* body = "body";
inline constexpr const char* body_left_out = "bodyLeftOut";

}  // namespace mcpm::fields::trace
