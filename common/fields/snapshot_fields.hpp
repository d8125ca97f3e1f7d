// What is read while no agent answers: snapshot.json in the data folder.
#pragma once

namespace mcpm::fields::snapshot {

inline constexpr const char* taken_at = "takenAt";
inline constexpr const char* servers = "servers";

}  // namespace mcpm::fields::snapshot
