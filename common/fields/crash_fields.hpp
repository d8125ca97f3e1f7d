// Crashes of the agent: /api/agent/crashes.
#pragma once

namespace mcpm::fields::crash {

inline constexpr const char* name = "name";
inline constexpr const char* at = "at";
inline constexpr const char* signal = "signal";
inline constexpr const char* version = "version";
inline constexpr const char* build_id = "buildId";
inline constexpr const char* whole = "whole";
inline constexpr const char* sent = "sent";
inline constexpr const char* frames = "frames";
inline constexpr const char* component = "component";

}  // namespace mcpm::fields::crash
