// What people say about mcpm: /api/feedback.
#pragma once

namespace mcpm::fields::feedback {

inline constexpr const char* title = "title";
inline constexpr const char* description = "description";
inline constexpr const char* email = "email";
inline constexpr const char* version = "version";
inline constexpr const char* page = "page";
inline constexpr const char* command = "command";
inline constexpr const char* user_agent = "userAgent";
inline constexpr const char* rating = "rating";
inline constexpr const char* type = "type";
inline constexpr const char* status = "status";
inline constexpr const char* response = "response";
inline constexpr const char* id = "id";
inline constexpr const char* actor = "actor";
inline constexpr const char* created_at = "createdAt";
inline constexpr const char* updated_at = "updatedAt";
inline constexpr const char* responded_at = "respondedAt";
inline constexpr const char* resolved_at = "resolvedAt";
inline constexpr const char* total = "total";
inline constexpr const char* by_type = "byType";
inline constexpr const char* by_status = "byStatus";
inline constexpr const char* by_rating = "byRating";
inline constexpr const char* average_rating = "averageRating";
inline constexpr const char* response_rate = "responseRate";
inline constexpr const char* resolution_time = "resolutionTime";
inline constexpr const char* resolved = "resolved";
inline constexpr const char* average_ms = "averageMs";
inline constexpr const char* median_ms = "medianMs";
inline constexpr const char* for_team = "forTeam";
inline constexpr const char* letter = "letter";

}  // namespace mcpm::fields::feedback
