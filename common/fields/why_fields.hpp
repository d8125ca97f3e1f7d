// Why a server is as it is: GET /api/servers/{id}/why.
#pragma once

namespace mcpm::fields::why {

inline constexpr const char* server = "server";
inline constexpr const char* code = "code";
inline constexpr const char* cause = "cause";
inline constexpr const char* advice = "advice";
inline constexpr const char* runs = "runs";
inline constexpr const char* last_lines = "lastLines";
inline constexpr const char* in_flight = "inFlight";
inline constexpr const char* notes = "notes";
inline constexpr const char* method = "method";
inline constexpr const char* name = "name";
inline constexpr const char* since = "since";

}  // namespace mcpm::fields::why
