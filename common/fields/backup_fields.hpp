// What `mcpm backup` and `mcpm restore` say of a backup: mcpmd writes it, mcpm prints it.
#pragma once

namespace mcpm::fields::backup {

inline constexpr const char* file = "file";
inline constexpr const char* done = "done";  // "written", "restored" or "checked"
inline constexpr const char* servers = "servers";
inline constexpr const char* secrets = "secrets";
inline constexpr const char* profiles = "profiles";
inline constexpr const char* tokens = "tokens";
inline constexpr const char* templates = "templates";
inline constexpr const char* runs = "runs";
inline constexpr const char* feedback = "feedback";
inline constexpr const char* notes = "notes";

}  // namespace mcpm::fields::backup
