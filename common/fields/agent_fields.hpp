// The facts of the agent: GET /api/agent and what is asked of it.
#pragma once

namespace mcpm::fields::agent {

inline constexpr const char* config = "config";
inline constexpr const char* data = "data";
inline constexpr const char* database = "database";
inline constexpr const char* state = "state";
inline constexpr const char* runtime = "runtime";
inline constexpr const char* total = "total";
inline constexpr const char* running = "running";
inline constexpr const char* error = "error";
inline constexpr const char* address = "address";
inline constexpr const char* listening = "listening";
inline constexpr const char* version = "version";
inline constexpr const char* pid = "pid";
inline constexpr const char* keeper_pid = "keeperPid";
inline constexpr const char* started_at = "startedAt";
inline constexpr const char* uptime = "uptime";
inline constexpr const char* data_id = "dataId";
inline constexpr const char* socket = "socket";
inline constexpr const char* paths = "paths";
inline constexpr const char* servers = "servers";
inline constexpr const char* store = "store";
inline constexpr const char* store_reason = "storeReason";
inline constexpr const char* notices = "notices";
inline constexpr const char* memory_bytes = "memoryBytes";
inline constexpr const char* cgroup = "cgroup";
inline constexpr const char* tcp = "tcp";
inline constexpr const char* server_environment = "serverEnvironment";
inline constexpr const char* program = "program";
inline constexpr const char* status = "status";

}  // namespace mcpm::fields::agent
