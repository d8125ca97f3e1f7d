// `config.yaml`, the agent's own settings: every key also as MCPM_<UPPER_SNAKE> in the environment, which
// wins ("logs.segment_size" -> MCPM_LOGS_SEGMENT_SIZE); some also by a name that others know
// (config_aliases()).
// Missing = the defaults here. Every bad key and value is a problem with line and column and what was
// expected. The keys are one table in the .cpp. A variable that cannot be used and that
// concerns an export alone is no problem: the export is off (common/config_forgiven.hpp).
#pragma once

#include "common/error.hpp"
#include "common/listen_address.hpp"
#include "common/log_format.hpp"
#include "common/paths.hpp"
#include "common/registry_settings.hpp"
#include "common/server_spec.hpp"
#include "common/signal_settings.hpp"
#include "common/spec_file.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct LogSettings {
    std::uint64_t segment_size = 16ULL << 20U;       // bytes after which a new segment begins
    std::uint64_t server_budget = 256ULL << 20U;     // bytes of all segments of one server
    std::uint64_t total_budget = 2ULL << 30U;        // bytes of all servers' segments
    Duration max_age = std::chrono::hours(24 * 30);  // of a segment; 0 = any
    unsigned max_segments = 100;                     // of one server
};

enum class HttpAuth { token, none };

struct HttpSettings {
    std::vector<ListenAddress> listen = {{"127.0.0.1", 3000},
                                         {"127.0.0.1", 3001}};  // at most 8; empty = no TCP
    HttpAuth auth = HttpAuth::token;                            // none: on loopback only
    std::vector<std::string> allowed_hosts;  // "name" or "name:port", beside localhost and the address itself
    std::vector<std::string> allowed_origins;  // "https://app.example", of pages that may reach /mcp
    std::string public_url;  // "https://mcp.example/path", under which browsers reach it through a proxy;
                             // without / at its end
    unsigned requests_per_second = 2000;    // of one client, on TCP; 0 = any
    unsigned failures_per_minute = 10;      // wrong credentials from one address; 0 = any
    std::uint64_t max_body = 16ULL << 20U;  // bytes of a request
    unsigned max_connections = 4096;
    Duration idle_timeout = std::chrono::seconds(60);
    Duration heartbeat{30'000};  // ws_heartbeat_interval: of a WebSocket
    std::string session_secret;  // browsers' sessions hold as long as it is the same; empty: whatever it was
};

/// Of the gateway; docs/sharing.md says what each bounds.
struct GatewaySettings {
    Duration call_timeout{300'000};    // silence after which a call is given up; progress extends it
    Duration call_at_most{3'600'000};  // of a call, whatever its progress
    Duration queue_timeout{30'000};    // waiting for a free place at a server
    Duration input_timeout{300'000};   // a call waits so long for a client that is asked for input
    Duration session_idle{1'800'000};  // after which a session is ended
    unsigned sessions = 2000;          // of the handshake era, all clients together
    unsigned open_per_client = 256;    // requests of one client
    unsigned calls_per_server = 128;   // at once
    unsigned queue_per_server = 4096;  // calls that wait
    bool offers_mcpm = false;          // mcpm itself as a server at /mcp/mcpm
};

/// How the agent reaches the outside; empty = as the environment says.
struct NetworkSettings {
    std::string proxy;     // URL, for http and https alike
    std::string no_proxy;  // hosts, domains, addresses and networks that are reached without it
    std::string ca_file;   // PEM certificates that are trusted beside the system's
    std::string npm_registry, pypi_index;  // URLs in place of the public ones
    std::string image_mirror;              // "mirror.example:5000/hub": has the images of docker.io
};

/// Whose calls are kept or exported with what they say: names of servers, or "all". Redacted in any case.
struct ArgumentSettings {
    std::vector<std::string> kept;    // calls.arguments: beside each call in the database
    std::vector<std::string> traced;  // otel.arguments: with results, in spans that leave this machine
};

struct Config {
    LogLevel log_level = LogLevel::info;  // error, warning, info or debug
    LogSettings logs = {};
    unsigned start_concurrency = 16;  // servers started at once
    unsigned own_per_server = 64;     // processes of clients' own beside a server's
    unsigned own_total = 256;         // of all servers together
    HttpSettings http = {};
    GatewaySettings gateway = {};
    NetworkSettings network = {};
    NotifySettings notify = {};
    ReportSettings reports = {};
    RegistrySettings registry = {};
    Duration call_timeout = std::chrono::seconds(60);  // calls.timeout: of a tool call without its own
    ArgumentSettings arguments = {};
    std::string path = {};      // PATH for servers; empty = the login shell's
    std::string database = {};  // database.url: an absolute path; common/database_place.hpp where it is empty
    std::vector<std::string> refused_risks = {};  // policy.refuse: names of common/risks.hpp, or all
};

/// A variable of the environment that cannot be used, and does not stop the agent.
struct UnusedVariable {
    std::string name;
    std::string key;       // that is as by default instead; empty: as the file says
    std::string sentence;  // what was expected, and what is done; without a value that is secret
};

struct ConfigReading {
    Config config;
    std::vector<UnusedVariable> unused = {};
    std::vector<SpecProblem> problems;  // line 0: of the environment; empty = good
};

/// Pure but for what `environment` reads.
ConfigReading parse_config(std::string_view yaml, const Environment& environment);

/// No file = the defaults and the environment. validation_error with one line per problem, "FILE:LINE:COLUMN:
/// …".
Result<Config> read_config(const std::filesystem::path& file, const Environment& environment);
/// Reads `file` so with the process's environment.
Result<Config> read_config(const std::filesystem::path& file);

/// A key's further name in the environment, before its MCPM_…, which wins.
struct ConfigAlias {
    std::string_view key, variable;
};
std::span<const ConfigAlias> config_aliases();
/// What a key is called now whose file may have its former name; another name as it is.
std::string config_key_now(std::string name);

/// Whether the value of a key is not shown.
bool is_secret_key(std::string_view key);

/// The keys' names, for help and completion.
std::vector<std::string_view> config_keys();

}  // namespace mcpm
