// The `config` of a server's definition.
#pragma once

namespace mcpm::fields::config {

inline constexpr const char* type = "type";
inline constexpr const char* target = "target";
inline constexpr const char* match = "match";
inline constexpr const char* command = "command";
inline constexpr const char* interval = "interval";
inline constexpr const char* timeout = "timeout";
inline constexpr const char* start_period = "startPeriod";
inline constexpr const char* failure_threshold = "failureThreshold";
inline constexpr const char* success_threshold = "successThreshold";
inline constexpr const char* restart = "restart";
inline constexpr const char* policy = "policy";
inline constexpr const char* limit = "limit";
inline constexpr const char* window = "window";
inline constexpr const char* resources = "resources";
inline constexpr const char* memory = "memory";
inline constexpr const char* cpus = "cpus";
inline constexpr const char* pids = "pids";
inline constexpr const char* open_files = "openFiles";
inline constexpr const char* tools = "tools";
inline constexpr const char* allow = "allow";
inline constexpr const char* deny = "deny";
inline constexpr const char* rename = "rename";
inline constexpr const char* hold = "hold";
inline constexpr const char* depends_on = "dependsOn";
inline constexpr const char* server = "server";
inline constexpr const char* condition = "condition";
inline constexpr const char* environment = "environment";
inline constexpr const char* secrets = "secrets";
inline constexpr const char* cwd = "cwd";
inline constexpr const char* volumes = "volumes";
inline constexpr const char* ports = "ports";
inline constexpr const char* port = "port";
inline constexpr const char* container = "container";
inline constexpr const char* read_only = "readOnly";
inline constexpr const char* user = "user";
inline constexpr const char* entrypoint = "entrypoint";
inline constexpr const char* transport = "transport";
inline constexpr const char* sharing = "sharing";
inline constexpr const char* health = "health";
inline constexpr const char* stop_timeout = "stopTimeout";
inline constexpr const char* start_timeout = "startTimeout";
inline constexpr const char* lazy = "lazy";
inline constexpr const char* idle_timeout = "idleTimeout";
inline constexpr const char* labels = "labels";
inline constexpr const char* sandbox = "sandbox";
inline constexpr const char* api = "api";
inline constexpr const char* enabled = "enabled";
inline constexpr const char* cap_add = "capAdd";
inline constexpr const char* secrets_as_environment = "secretsAsEnvironment";
inline constexpr const char* network = "network";
inline constexpr const char* pull = "pull";
inline constexpr const char* platform = "platform";
inline constexpr const char* path = "path";
inline constexpr const char* watch = "watch";
inline constexpr const char* edit = "edit";
inline constexpr const char* hide = "hide";
inline constexpr const char* defaults = "defaults";
inline constexpr const char* description = "description";

}  // namespace mcpm::fields::config
