// Tools beside what was approved: /api/servers/{id}/tools/approval.
#pragma once

namespace mcpm::fields::approval {

inline constexpr const char* name = "name";
inline constexpr const char* state = "state";
inline constexpr const char* hash = "hash";
inline constexpr const char* changes = "changes";
inline constexpr const char* member = "member";
inline constexpr const char* before = "before";
inline constexpr const char* now = "now";
inline constexpr const char* same = "same";
inline constexpr const char* hold = "hold";
inline constexpr const char* tools = "tools";
inline constexpr const char* approved_at = "approvedAt";
inline constexpr const char* approved = "approved";
inline constexpr const char* edit = "edit";
inline constexpr const char* edit_faults = "editFaults";
inline constexpr const char* digests = "digests";

}  // namespace mcpm::fields::approval
