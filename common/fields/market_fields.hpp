// Templates: /api/templates.
#pragma once

namespace mcpm::fields::market {

inline constexpr const char* kind = "kind";
inline constexpr const char* package = "package";
inline constexpr const char* version = "version";
inline constexpr const char* date = "date";
inline constexpr const char* revision = "revision";
inline constexpr const char* runtime = "runtime";
inline constexpr const char* digest = "digest";
inline constexpr const char* tools = "tools";
inline constexpr const char* bytes = "bytes";
inline constexpr const char* tokens = "tokens";
inline constexpr const char* memory_bytes = "memoryBytes";
inline constexpr const char* name = "name";
inline constexpr const char* type = "type";
inline constexpr const char* required = "required";
inline constexpr const char* secret = "secret";
inline constexpr const char* description = "description";
inline constexpr const char* default_value = "default";
inline constexpr const char* pattern = "pattern";
inline constexpr const char* options = "options";
inline constexpr const char* example = "example";
inline constexpr const char* id = "id";
inline constexpr const char* category = "category";
inline constexpr const char* tags = "tags";
inline constexpr const char* origin = "origin";
inline constexpr const char* source = "source";
inline constexpr const char* starts = "starts";
inline constexpr const char* homepage = "homepage";
inline constexpr const char* license = "license";
inline constexpr const char* note = "note";
inline constexpr const char* replaced_by = "replacedBy";
inline constexpr const char* broken = "broken";
inline constexpr const char* force = "force";
inline constexpr const char* measured = "measured";
inline constexpr const char* parameters = "parameters";
inline constexpr const char* permissions = "permissions";
inline constexpr const char* definition = "definition";
inline constexpr const char* start = "start";
inline constexpr const char* dry_run = "dryRun";
inline constexpr const char* yaml = "yaml";
inline constexpr const char* line = "line";
inline constexpr const char* column = "column";
inline constexpr const char* message = "message";
inline constexpr const char* valid = "valid";
inline constexpr const char* problems = "problems";

}  // namespace mcpm::fields::market
