// The channels of notices: /api/notify.
#pragma once

namespace mcpm::fields::notify {

inline constexpr const char* channel = "channel";
inline constexpr const char* error = "error";
inline constexpr const char* to = "to";
inline constexpr const char* sent = "sent";
inline constexpr const char* failed = "failed";
inline constexpr const char* dropped = "dropped";
inline constexpr const char* repeated = "repeated";
inline constexpr const char* waiting = "waiting";
inline constexpr const char* last_sent_at = "lastSentAt";
inline constexpr const char* last_error = "lastError";
inline constexpr const char* channels = "channels";
inline constexpr const char* missed_events = "missedEvents";

}  // namespace mcpm::fields::notify
