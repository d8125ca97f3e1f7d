// The health of a server and its history, and of the whole: GET /api/servers/{id}/health, GET
// /api/health/system.
#pragma once

namespace mcpm::fields::health {

inline constexpr const char* database = "database";
inline constexpr const char* container_engine = "containerEngine";
inline constexpr const char* file_system = "fileSystem";
inline constexpr const char* disk_space = "diskSpace";
inline constexpr const char* p50 = "p50";
inline constexpr const char* p95 = "p95";
inline constexpr const char* p99 = "p99";
inline constexpr const char* status = "status";
inline constexpr const char* last_check = "lastCheck";
inline constexpr const char* response_time = "responseTime";
inline constexpr const char* message = "message";
inline constexpr const char* range = "range";
inline constexpr const char* step = "step";
inline constexpr const char* checks = "checks";
inline constexpr const char* failed = "failed";
inline constexpr const char* uptime = "uptime";
inline constexpr const char* average = "average";
inline constexpr const char* max = "max";
inline constexpr const char* min = "min";
inline constexpr const char* points = "points";
inline constexpr const char* at = "at";
inline constexpr const char* version = "version";
inline constexpr const char* pid = "pid";
inline constexpr const char* started_at = "startedAt";
inline constexpr const char* memory_bytes = "memoryBytes";
inline constexpr const char* cpu_seconds = "cpuSeconds";
inline constexpr const char* cpu_percent = "cpuPercent";
inline constexpr const char* total = "total";
inline constexpr const char* running = "running";
inline constexpr const char* stopped = "stopped";
inline constexpr const char* error = "error";
inline constexpr const char* healthy = "healthy";
inline constexpr const char* unhealthy = "unhealthy";
inline constexpr const char* unknown = "unknown";
inline constexpr const char* healthy_percent = "healthyPercent";
inline constexpr const char* path = "path";
inline constexpr const char* free_bytes = "freeBytes";
inline constexpr const char* total_bytes = "totalBytes";
inline constexpr const char* engine = "engine";
inline constexpr const char* per_second = "perSecond";
inline constexpr const char* per_minute = "perMinute";
inline constexpr const char* critical = "critical";
inline constexpr const char* top = "top";
inline constexpr const char* type = "type";
inline constexpr const char* severity = "severity";
inline constexpr const char* count = "count";
inline constexpr const char* last_at = "lastAt";
inline constexpr const char* last = "last";
inline constexpr const char* checked_at = "checkedAt";
inline constexpr const char* application = "application";
inline constexpr const char* servers = "servers";
inline constexpr const char* infrastructure = "infrastructure";
inline constexpr const char* performance = "performance";
inline constexpr const char* requests = "requests";
inline constexpr const char* calls = "calls";
inline constexpr const char* errors = "errors";

}  // namespace mcpm::fields::health
