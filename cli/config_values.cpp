#include "cli/config_values.hpp"

#include "common/ascii.hpp"
#include "common/config_file.hpp"
#include "common/words.hpp"
#include "common/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace mcpm::cli {

namespace {

// clang-format off
constexpr std::array keys{
    ConfigKey{"log_level", "info", "of the agent's own log: error, warning, info or debug; also LOG_LEVEL"},
    ConfigKey{"logs.segment_size", "16MiB", "a server's log goes on in a new file after this many bytes"},
    ConfigKey{"logs.server_budget", "256MiB", "all log files of one server; the oldest go first"},
    ConfigKey{"logs.total_budget", "2GiB", "all log files of all servers"},
    ConfigKey{"logs.max_age", "720h", "log files older than this go; 0s keeps them"},
    ConfigKey{"logs.max_segments", "100", "log files of one server"},
    ConfigKey{"start_concurrency", "16", "servers that are started at once"},
    ConfigKey{"own_per_server", "64", "processes of clients' own beside one server's (docs/sharing.md)"},
    ConfigKey{"own_total", "256", "the same, of all servers together"},
    ConfigKey{"http.listen", "127.0.0.1:3000, 127.0.0.1:3001", "addresses for HTTP: the API, MCP clients, the dashboard; off for none"},
    ConfigKey{"http.auth", "token", "token, or none (on loopback addresses only)"},
    ConfigKey{"http.allowed_hosts", "", "names, beside localhost, under which clients may reach it"},
    ConfigKey{"http.allowed_origins", "", "web pages that may reach /mcp, as https://app.example"},
    ConfigKey{"http.public_url", "", "where browsers reach it through a proxy, as https://example.com/mcpm (docs/access.md)"},
    ConfigKey{"http.session_secret", "", "signs the sessions of the dashboard: a new value ends them all; 16 bytes or more, never shown; also SESSION_SECRET"},
    ConfigKey{"http.requests_per_second", "2000", "of one client; 0 for any"},
    ConfigKey{"http.failures_per_minute", "10", "wrong credentials from one address; 0 for any"},
    ConfigKey{"http.max_body", "16MiB", "the largest request"},
    ConfigKey{"http.max_connections", "4096", "connections at once"},
    ConfigKey{"http.idle_timeout", "1m", "a connection without a request is closed after this long"},
    ConfigKey{"ws_heartbeat_interval", "30s", "of the dashboard's WebSocket; also WS_HEARTBEAT_INTERVAL; a number alone is milliseconds"},
    ConfigKey{"gateway.call_timeout", "5m", "a call is given up after this long without an answer or progress"},
    ConfigKey{"gateway.call_at_most", "1h", "and after this long, whatever its progress"},
    ConfigKey{"gateway.queue_timeout", "30s", "a call waits this long for a free place at its server"},
    ConfigKey{"gateway.input_timeout", "5m", "a call waits this long for a client that is asked for input"},
    ConfigKey{"gateway.session_idle", "30m", "an unused session of a client ends after this long"},
    ConfigKey{"gateway.sessions", "2000", "sessions of all clients together"},
    ConfigKey{"gateway.open_per_client", "256", "open requests of one client"},
    ConfigKey{"gateway.calls_per_server", "128", "calls at once at one server"},
    ConfigKey{"gateway.queue_per_server", "4096", "calls that wait for one server"},
    ConfigKey{"calls.timeout", "1m", "of `mcpm call` and the API's tool calls, when they give none"},
    ConfigKey{"calls.arguments", "", "servers whose calls are recorded with their arguments, redacted; all for every one (docs/monitoring.md)"},
    ConfigKey{"otel.arguments", "", "servers whose spans have arguments and results, redacted; all for every one (docs/exports.md)"},
    ConfigKey{"network.proxy", "", "a URL, for the agent, installers and servers; empty: as HTTPS_PROXY and its like say"},
    ConfigKey{"network.no_proxy", "", "hosts, domains, addresses and networks that are reached without it, as this machine always is"},
    ConfigKey{"network.ca_file", "", "certificates (PEM) that are trusted beside the system's"},
    ConfigKey{"network.npm_registry", "", "in place of https://registry.npmjs.org"},
    ConfigKey{"network.pypi_index", "", "in place of https://pypi.org/simple"},
    ConfigKey{"network.image_mirror", "", "a registry that has the images of docker.io, as mirror.example:5000/hub"},
    ConfigKey{"notify.slack", "", "a Slack webhook's URL, or secret:NAME; also SLACK_WEBHOOK_URL (docs/exports.md)"},
    ConfigKey{"notify.discord", "", "a Discord webhook's URL, or secret:NAME"},
    ConfigKey{"notify.webhook", "", "any URL that takes notices as JSON, or secret:NAME"},
    ConfigKey{"notify.webhook_secret", "", "signs what is sent there (HMAC SHA-256), or secret:NAME"},
    ConfigKey{"notify.email_server", "", "smtp://mail.example.org:587, or smtps://"},
    ConfigKey{"notify.email_user", "", "who signs in there; empty for nobody"},
    ConfigKey{"notify.email_password", "", "its password, or secret:NAME"},
    ConfigKey{"notify.email_from", "", "the sender's address"},
    ConfigKey{"notify.email_to", "", "addresses of the team"},
    ConfigKey{"notify.email_tls", "required", "STARTTLS: required, opportunistic or off"},
    ConfigKey{"notify.desktop", "off", "notices on this desktop, by notify-send"},
    ConfigKey{"notify.rules", "", "who is told of what, as \"slack email: crash-loop label=team=ops severity=warning\"; empty: all channels, of warnings, worse, and recoveries"},
    ConfigKey{"notify.quiet_hours", "", "as 22:00-07:00: what is not critical waits until their end"},
    ConfigKey{"notify.group", "10s", "what happens within this time goes in one message"},
    ConfigKey{"notify.repeat_after", "1h", "the same of the same server is not said again before"},
    ConfigKey{"notify.disk_free", "1GiB", "less room than this beside the data is told; 0 for never"},
    ConfigKey{"sentry.dsn", "", "where errors are reported to, by Sentry's envelopes, or secret:NAME; also SENTRY_DSN"},
    ConfigKey{"sentry.environment", "production", "what those reports call this place; also SENTRY_ENVIRONMENT"},
    ConfigKey{"gateway.mcpm", "off", "on: mcpm itself is an MCP server at /mcp/mcpm (docs/sharing.md)"},
    ConfigKey{"registry.url", "https://registry.modelcontextprotocol.io", "the MCP registry that `mcpm search` asks; off for none (docs/marketplace.md)"},
    ConfigKey{"registry.catalogues", "", "files and URLs of catalogues in Docker's or ToolHive's form"},
    ConfigKey{"registry.max_age", "1h", "an answer of a registry is not asked for again before"},
    ConfigKey{"database.url", "", "where the database is, as sqlite:////srv/mcpm/mcpm.db; empty: mcpm.db in the data folder; also DATABASE_URL"},
    ConfigKey{"policy.refuse", "", "risks that no definition may take, or all (docs/containers.md)"},
    ConfigKey{"path", "", "PATH for servers; empty: the login shell's, the terminal's that started the agent, and the usual folders"},
};
// clang-format on

struct Found {
    std::string value;
    unsigned line = 0;
};

void collect(const YamlNode& node, const std::string& prefix, std::map<std::string, Found>& found) {
    for (const auto& [key, value] : node.members) {
        const std::string name = config_key_now(prefix + key.text);
        if (value.kind == YamlNode::Kind::map) {
            collect(value, name + ".", found);
            continue;
        }
        std::string text = value.text;
        for (const YamlNode& item : value.items) text += (text.empty() ? "" : ", ") + item.text;
        found[name] = {text, key.line};
    }
}

std::string_view usual_of(std::string_view key) {
    const auto row =
        std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& known) { return known.name == key; });
    return row == keys.end() ? std::string_view() : row->usual;
}

/// "http://me:word@proxy:3128" -> "http://***@proxy:3128"
std::string without_credentials(std::string value) {
    constexpr std::string_view mark = "://";
    for (std::size_t at = value.find(mark); at != std::string::npos;
         at = value.find(mark, at + mark.size())) {
        const std::size_t begin = at + mark.size();
        const std::size_t end = std::min(value.find_first_of("/ ,", begin), value.size());
        const std::size_t sign = value.rfind('@', end);
        if (sign != std::string::npos && sign > begin && sign < end)
            value.replace(begin, sign - begin, "***");
    }
    return value;
}

}  // namespace

std::span<const ConfigKey> described_config_keys() {
    return keys;
}

std::string config_variable(std::string_view key) {
    std::string name = "MCPM_";
    for (const char letter : key) name += letter == '.' ? '_' : ascii::upper(letter);
    return name;
}

std::vector<ConfigValue> config_values(std::string_view yaml, const std::string& file,
                                       const Environment& environment) {
    std::map<std::string, Found> found;
    const YamlTree tree = read_yaml(yaml);
    collect(tree.root, "", found);
    const auto unused = parse_config("", environment).unused;
    const auto is_unused = [&](const std::string& variable) {
        return std::any_of(unused.begin(), unused.end(),
                           [&](const UnusedVariable& one) { return one.name == variable; });
    };
    std::vector<ConfigValue> values;
    for (const std::string_view key : config_keys()) {
        ConfigValue row{std::string(key), std::string(usual_of(key)), "default"};
        if (const auto set = found.find(row.key); set != found.end())
            row = {row.key, set->second.value, file + ":" + std::to_string(set->second.line)};
        std::vector<std::string> variables{config_variable(key)};
        for (const auto& [name, variable] : config_aliases())
            if (name == key) variables.insert(variables.begin(), std::string(variable));
        for (const std::string& variable : variables) {
            const auto value = environment(variable.c_str());
            if (value && !trimmed(*value).empty() && !is_unused(variable)) row = {row.key, *value, variable};
        }
        for (const UnusedVariable& one : unused)
            if (one.key == key)
                row = {row.key, std::string(usual_of(key)), "default: " + one.name + " cannot be used"};
        // What has a default is a word of ours, however it is called (http.auth).
        const bool is_secret =
            is_secret_key(key) || (usual_of(key).empty() && wire::looks_secret(config_variable(key)));
        // A stored secret's name is no secret.
        if (is_secret && !row.value.empty() && !row.value.starts_with("secret:")) row.value = "***";
        row.value = without_credentials(std::move(row.value));
        values.push_back(std::move(row));
    }
    return values;
}

std::string config_reference() {
    std::string out =
        "# config.yaml: the agent's settings\n\n"
        "The agent reads `~/.config/mcpm/config.yaml` when it starts (in `$XDG_CONFIG_HOME/mcpm` if that is "
        "set; "
        "`/etc/mcpm/config.yaml` for the system\nservice). After a change: `mcpm agent restart`. Servers run "
        "on.\n\n"
        "Every key can also be set by a variable in the agent's environment: `logs.max_age` is "
        "`MCPM_LOGS_MAX_AGE`. The variable wins. `mcpm config show`\nprints all values and where each comes "
        "from.\n\n"
        "With a mistake in the file the agent does not start, and says line and column; so does `mcpm "
        "doctor`. The same is true for a variable about access,\nabout what may run, where data lies, or who "
        "gets which notices (`notify.rules`). A mistake in another variable (the rest of `notify.*`, "
        "`sentry.*`,\n`otel.*`, `log_level`, `ws_heartbeat_interval`) only turns that export off, or the "
        "default is used. The agent's log, `mcpm agent status`, `mcpm doctor`\nand `mcpm config show` name "
        "it.\n\n"
        "```yaml\n# config.yaml\nlog_level: info\nhttp:\n  listen: [127.0.0.1:3000]\nlogs:\n  max_age: 168h\n"
        "calls:\n  timeout: 2m\n```\n\n"
        "Sizes have units (`16MiB`), times too (`30s`, `5m`, `1h30m`). Made by `mcpm __manual` from the "
        "table of keys.\n\n"
        "| key | default | what it is |\n|---|---|---|\n";
    for (const ConfigKey& key : keys) {
        out += "| `" + std::string(key.name) + "` | " +
               (key.usual.empty() ? "" : "`" + std::string(key.usual) + "`") + " | " + std::string(key.what) +
               " |\n";
    }
    return out;
}

}  // namespace mcpm::cli
