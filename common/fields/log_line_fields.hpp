// A line of a log: GET /api/servers/{id}/logs.
#pragma once

namespace mcpm::fields::log_line {

inline constexpr const char* time = "time";
inline constexpr const char* stream = "stream";
inline constexpr const char* level = "level";
inline constexpr const char* text = "text";
inline constexpr const char* sequence = "sequence";
inline constexpr const char* run = "run";
inline constexpr const char* note = "note";
inline constexpr const char* cut = "cut";
inline constexpr const char* lines = "lines";
inline constexpr const char* truncated = "truncated";

}  // namespace mcpm::fields::log_line
