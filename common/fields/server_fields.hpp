// A server: its definition, but for what is in `config`, and its state: /api/servers, and what `-o json`
// prints.
#pragma once

namespace mcpm::fields::server {

inline constexpr const char* id = "id";
inline constexpr const char* name = "name";
inline constexpr const char* type = "type";
inline constexpr const char* status = "status";
inline constexpr const char* status_reason = "statusReason";
inline constexpr const char* desired = "desired";
inline constexpr const char* health_status = "healthStatus";
inline constexpr const char* pid = "pid";
inline constexpr const char* run = "run";
inline constexpr const char* restart_count = "restartCount";
inline constexpr const char* last_exit = "lastExit";
inline constexpr const char* next_retry_at = "nextRetryAt";
inline constexpr const char* created_at = "createdAt";
inline constexpr const char* updated_at = "updatedAt";
inline constexpr const char* started_at = "startedAt";
inline constexpr const char* own_runs = "ownRuns";
inline constexpr const char* owner = "owner";
inline constexpr const char* risks = "risks";
inline constexpr const char* sentence = "sentence";
inline constexpr const char* command = "command";
inline constexpr const char* args = "args";
inline constexpr const char* npm = "npm";
inline constexpr const char* pypi = "pypi";
inline constexpr const char* image = "image";
inline constexpr const char* image_pin = "imagePin";
inline constexpr const char* url = "url";
inline constexpr const char* headers = "headers";
inline constexpr const char* config = "config";
inline constexpr const char* package = "package";
inline constexpr const char* version = "version";
inline constexpr const char* program = "program";
inline constexpr const char* allow_scripts = "allowScripts";
inline constexpr const char* pin = "pin";
inline constexpr const char* constraints = "constraints";
inline constexpr const char* with = "with";
inline constexpr const char* python = "python";
inline constexpr const char* before = "before";
inline constexpr const char* integrity = "integrity";
inline constexpr const char* folder = "folder";
inline constexpr const char* launcher = "launcher";
inline constexpr const char* installed_at = "installedAt";
inline constexpr const char* files = "files";
inline constexpr const char* scripts = "scripts";
inline constexpr const char* digest = "digest";
inline constexpr const char* notes = "notes";
inline constexpr const char* progress = "progress";
inline constexpr const char* resolved_at = "resolvedAt";
inline constexpr const char* go = "go";
inline constexpr const char* cargo = "cargo";
inline constexpr const char* mcpb = "mcpb";
inline constexpr const char* binary = "binary";

}  // namespace mcpm::fields::server
