// Who calls which tools how much: GET /api/usage, the analytics of features, and what is sent on.
#pragma once

namespace mcpm::fields::usage {

inline constexpr const char* server = "server";
inline constexpr const char* tool = "tool";
inline constexpr const char* client = "client";
inline constexpr const char* day = "day";
inline constexpr const char* calls = "calls";
inline constexpr const char* errors = "errors";
inline constexpr const char* p50_ms = "p50Ms";
inline constexpr const char* p95_ms = "p95Ms";
inline constexpr const char* bytes_in = "bytesIn";
inline constexpr const char* bytes_out = "bytesOut";
inline constexpr const char* tokens_in = "tokensIn";
inline constexpr const char* tokens_out = "tokensOut";
inline constexpr const char* unused_tools = "unusedTools";
inline constexpr const char* idle_servers = "idleServers";
inline constexpr const char* tools = "tools";
inline constexpr const char* memory_bytes = "memoryBytes";
inline constexpr const char* advice = "advice";
inline constexpr const char* range = "range";
inline constexpr const char* by = "by";
inline constexpr const char* total = "total";
inline constexpr const char* since = "since";
inline constexpr const char* clients = "clients";
inline constexpr const char* lost = "lost";
inline constexpr const char* recorded = "recorded";
inline constexpr const char* rows = "rows";
inline constexpr const char* principal = "principal";
inline constexpr const char* run = "run";
inline constexpr const char* server_id = "serverId";
inline constexpr const char* trace = "trace";
inline constexpr const char* arguments = "arguments";
inline constexpr const char* arguments_cut = "argumentsCut";
inline constexpr const char* events = "events";
inline constexpr const char* counted = "counted";
inline constexpr const char* count = "count";
inline constexpr const char* total_users = "totalUsers";
inline constexpr const char* total_servers = "totalServers";
inline constexpr const char* servers_created = "serversCreated";
inline constexpr const char* servers_started = "serversStarted";
inline constexpr const char* popular_templates = "popularTemplates";
inline constexpr const char* errors_reported = "errorsReported";
inline constexpr const char* feature_use = "featureUse";
inline constexpr const char* average_session = "averageSession";
inline constexpr const char* error_rate = "errorRate";
inline constexpr const char* version = "version";
inline constexpr const char* sent_at = "sentAt";
inline constexpr const char* sequence = "sequence";
inline constexpr const char* at = "at";
inline constexpr const char* outcome = "outcome";
inline constexpr const char* duration_ms = "durationMs";
inline constexpr const char* features = "features";
inline constexpr const char* type = "type";
inline constexpr const char* subject = "subject";

}  // namespace mcpm::fields::usage
