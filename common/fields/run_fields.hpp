// A run of a server and how it ended: GET /api/servers/{id}/runs, and in `why`.
#pragma once

namespace mcpm::fields::run {

inline constexpr const char* run = "run";
inline constexpr const char* started_at = "startedAt";
inline constexpr const char* pid = "pid";
inline constexpr const char* ready_at = "readyAt";
inline constexpr const char* exit = "exit";
inline constexpr const char* stage = "stage";
inline constexpr const char* reason = "reason";
inline constexpr const char* command = "command";
inline constexpr const char* owner = "owner";
inline constexpr const char* code = "code";
inline constexpr const char* signal = "signal";
inline constexpr const char* oom = "oom";
inline constexpr const char* at = "at";

}  // namespace mcpm::fields::run
