// What a server uses, now and over time: GET /api/servers/{id}/stats, GET /api/stats, and the live samples.
#pragma once

namespace mcpm::fields::stats {

inline constexpr const char* id = "id";
inline constexpr const char* name = "name";
inline constexpr const char* pid = "pid";
inline constexpr const char* restarts = "restarts";
inline constexpr const char* log = "log";
inline constexpr const char* calls = "calls";
inline constexpr const char* history = "history";
inline constexpr const char* at = "at";
inline constexpr const char* memory_bytes = "memoryBytes";
inline constexpr const char* pss_bytes = "pssBytes";
inline constexpr const char* cpu_seconds = "cpuSeconds";
inline constexpr const char* cpu_percent = "cpuPercent";
inline constexpr const char* processes = "processes";
inline constexpr const char* descriptors = "descriptors";
inline constexpr const char* read_bytes = "readBytes";
inline constexpr const char* written_bytes = "writtenBytes";
inline constexpr const char* received_bytes = "receivedBytes";
inline constexpr const char* sent_bytes = "sentBytes";
inline constexpr const char* range = "range";
inline constexpr const char* step = "step";
inline constexpr const char* points = "points";
inline constexpr const char* seconds = "seconds";
inline constexpr const char* memory_most = "memoryMost";
inline constexpr const char* memory_least = "memoryLeast";
inline constexpr const char* cpu_most = "cpuMost";
inline constexpr const char* cpu_least = "cpuLeast";
inline constexpr const char* errors = "errors";
inline constexpr const char* total = "total";
inline constexpr const char* in_flight = "inFlight";
inline constexpr const char* tools = "tools";
inline constexpr const char* average_ms = "averageMs";
inline constexpr const char* p50_ms = "p50Ms";
inline constexpr const char* p95_ms = "p95Ms";
inline constexpr const char* max_ms = "maxMs";
inline constexpr const char* lines = "lines";
inline constexpr const char* bytes = "bytes";
inline constexpr const char* dropped_lines = "droppedLines";
inline constexpr const char* dropped_bytes = "droppedBytes";

}  // namespace mcpm::fields::stats
