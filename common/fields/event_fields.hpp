// An event: GET /api/events.
#pragma once

namespace mcpm::fields::event {

inline constexpr const char* sequence = "sequence";
inline constexpr const char* at = "at";
inline constexpr const char* type = "type";
inline constexpr const char* server_id = "serverId";
inline constexpr const char* server_name = "serverName";
inline constexpr const char* actor = "actor";
inline constexpr const char* message = "message";
inline constexpr const char* detail = "detail";
// Of the detail, by the type of the event.
inline constexpr const char* status = "status";
inline constexpr const char* from = "from";
inline constexpr const char* reason = "reason";
inline constexpr const char* health = "health";
inline constexpr const char* missed = "missed";
inline constexpr const char* risk = "risk";

}  // namespace mcpm::fields::event
