// Messages of the live WebSocket /ws, in both directions. Their types: common/live_message.hpp.
#pragma once

namespace mcpm::fields::live {

inline constexpr const char* type = "type";
inline constexpr const char* data = "data";
inline constexpr const char* timestamp = "timestamp";
inline constexpr const char* seq = "seq";
inline constexpr const char* boot = "boot";
inline constexpr const char* heartbeat_ms = "heartbeatMs";
inline constexpr const char* reason = "reason";
inline constexpr const char* id = "id";
inline constexpr const char* topic = "topic";
inline constexpr const char* server = "server";
inline constexpr const char* filter = "filter";
inline constexpr const char* missed = "missed";
inline constexpr const char* lines = "lines";
inline constexpr const char* code = "code";
inline constexpr const char* error = "error";
inline constexpr const char* hint = "hint";

}  // namespace mcpm::fields::live
