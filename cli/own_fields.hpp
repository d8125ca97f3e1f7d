// What the command line makes by itself and prints with `-o json`: no answer of the agent has it.
#pragma once

namespace mcpm::cli::own {

inline constexpr const char* name = "name";
inline constexpr const char* method = "method";
inline constexpr const char* recorded = "recorded";
inline constexpr const char* replayed = "replayed";
inline constexpr const char* left_out = "leftOut";
inline constexpr const char* why = "why";
inline constexpr const char* same = "same";
inline constexpr const char* change = "change";
inline constexpr const char* check = "check";
inline constexpr const char* result = "result";
inline constexpr const char* found = "found";
inline constexpr const char* advice = "advice";
inline constexpr const char* mcpm = "mcpm";
inline constexpr const char* mcpmd = "mcpmd";
inline constexpr const char* commit = "commit";
inline constexpr const char* date = "date";
inline constexpr const char* mcpm_trace = "mcpmTrace";
inline constexpr const char* version = "version";
inline constexpr const char* server = "server";
inline constexpr const char* state = "state";
inline constexpr const char* entries = "entries";
inline constexpr const char* others = "others";
inline constexpr const char* by = "by";
inline constexpr const char* file = "file";
inline constexpr const char* last_asked_at = "lastAskedAt";
inline constexpr const char* answers = "answers";
inline constexpr const char* reason = "reason";
inline constexpr const char* stale = "stale";
inline constexpr const char* message = "message";
inline constexpr const char* lines = "lines";
inline constexpr const char* level = "level";
inline constexpr const char* time = "time";
inline constexpr const char* text = "text";
inline constexpr const char* enabled = "enabled";
inline constexpr const char* servers = "servers";
inline constexpr const char* source = "source";
inline constexpr const char* parameters = "parameters";
inline constexpr const char* registry = "registry";

}  // namespace mcpm::cli::own
