#include "common/config_file.hpp"

#include "common/ascii.hpp"
#include "common/config_forgiven.hpp"
#include "common/config_kinds.hpp"
#include "common/own_file.hpp"
#include "common/suggest.hpp"
#include "common/url.hpp"
#include "common/words.hpp"
#include "common/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

namespace mcpm {

namespace {

constexpr std::uint64_t kibibyte = 1024;
constexpr std::uint64_t mebibyte = kibibyte * 1024;
constexpr std::uint64_t tebibyte = mebibyte * mebibyte;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

enum class Holds { one, list };

struct Key {
    std::string_view name;
    ConfigProblem (*take)(std::string_view text, Config& config);
    Holds holds = Holds::one;  // a list may be empty, and may be written with commas
};

constexpr auto keys = std::to_array<Key>({
    {"log_level", [](std::string_view t, Config& c) { return take_level(t, c.log_level); }},
    {"logs.segment_size",
     [](std::string_view t, Config& c) {
         return take_bytes(t, {64 * kibibyte, 1024 * mebibyte}, c.logs.segment_size);
     }},
    {"logs.server_budget",
     [](std::string_view t, Config& c) {
         return take_bytes(t, {128 * kibibyte, tebibyte}, c.logs.server_budget);
     }},
    {"logs.total_budget",
     [](std::string_view t, Config& c) {
         return take_bytes(t, {mebibyte, 1024 * tebibyte}, c.logs.total_budget);
     }},
    {"logs.max_age",
     [](std::string_view t, Config& c) {
         return take_time(t, {seconds(0), hours(24 * 3650)}, c.logs.max_age);
     }},
    {"logs.max_segments",
     [](std::string_view t, Config& c) {
         return take_count(t, {2, 100000}, c.logs.max_segments);
     }},
    {"start_concurrency",
     [](std::string_view t, Config& c) {
         return take_count(t, {1, 1024}, c.start_concurrency);
     }},
    {"own_per_server",
     [](std::string_view t, Config& c) {
         return take_count(t, {0, 4096}, c.own_per_server);
     }},
    {"own_total",
     [](std::string_view t, Config& c) {
         return take_count(t, {0, 4096}, c.own_total);
     }},
    {"http.listen", [](std::string_view t, Config& c) { return take_listen(t, c.http.listen); }, Holds::list},
    {"http.auth", [](std::string_view t, Config& c) { return take_auth(t, c.http.auth); }},
    {"http.allowed_hosts", [](std::string_view t, Config& c) { return take_hosts(t, c.http.allowed_hosts); },
     Holds::list},
    {"http.allowed_origins",
     [](std::string_view t, Config& c) { return take_origins(t, c.http.allowed_origins); }, Holds::list},
    {"http.public_url", [](std::string_view t, Config& c) { return take_public_url(t, c.http.public_url); }},
    {"http.session_secret",
     [](std::string_view t, Config& c) { return take_session_secret(t, c.http.session_secret); }},
    {"http.requests_per_second",
     [](std::string_view t, Config& c) { return take_count(t, {0, 1000000}, c.http.requests_per_second); }},
    {"http.failures_per_minute",
     [](std::string_view t, Config& c) { return take_count(t, {0, 100000}, c.http.failures_per_minute); }},
    {"http.max_body", [](std::string_view t,
                         Config& c) { return take_bytes(t, {kibibyte, 1024 * mebibyte}, c.http.max_body); }},
    {"http.max_connections",
     [](std::string_view t, Config& c) { return take_count(t, {1, 65536}, c.http.max_connections); }},
    {"http.idle_timeout",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(1), hours(24)}, c.http.idle_timeout); }},
    {"gateway.call_timeout",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(1), hours(24)}, c.gateway.call_timeout); }},
    {"gateway.call_at_most",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(1), hours(24 * 7)}, c.gateway.call_at_most); }},
    {"gateway.queue_timeout",
     [](std::string_view t,
        Config& c) { return take_time(t, {milliseconds(1), hours(1)}, c.gateway.queue_timeout); }},
    {"gateway.input_timeout",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(1), hours(24)}, c.gateway.input_timeout); }},
    {"gateway.session_idle",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(1), hours(24 * 30)}, c.gateway.session_idle); }},
    {"gateway.sessions",
     [](std::string_view t, Config& c) { return take_count(t, {1, 1000000}, c.gateway.sessions); }},
    {"gateway.open_per_client",
     [](std::string_view t, Config& c) { return take_count(t, {1, 65536}, c.gateway.open_per_client); }},
    {"gateway.calls_per_server",
     [](std::string_view t, Config& c) { return take_count(t, {1, 16384}, c.gateway.calls_per_server); }},
    {"gateway.queue_per_server",
     [](std::string_view t, Config& c) { return take_count(t, {0, 1000000}, c.gateway.queue_per_server); }},
    {"gateway.mcpm", [](std::string_view t, Config& c) { return take_switch(t, c.gateway.offers_mcpm); }},
    {"calls.timeout", [](std::string_view t,
                         Config& c) { return take_time(t, {milliseconds(1), hours(24)}, c.call_timeout); }},
    {"calls.arguments", [](std::string_view t, Config& c) { return take_servers(t, c.arguments.kept); },
     Holds::list},
    {"otel.arguments", [](std::string_view t, Config& c) { return take_servers(t, c.arguments.traced); },
     Holds::list},
    {"network.proxy", [](std::string_view t, Config& c) { return take_proxy(t, c.network.proxy); }},
    {"network.no_proxy", [](std::string_view t, Config& c) { return take_no_proxy(t, c.network.no_proxy); },
     Holds::list},
    {"network.ca_file", [](std::string_view t, Config& c) { return take_file(t, c.network.ca_file); }},
    {"network.npm_registry",
     [](std::string_view t, Config& c) { return take_index(t, c.network.npm_registry); }},
    {"network.pypi_index", [](std::string_view t, Config& c) { return take_index(t, c.network.pypi_index); }},
    {"network.image_mirror",
     [](std::string_view t, Config& c) { return take_image_mirror(t, c.network.image_mirror); }},
    {"notify.slack", [](std::string_view t, Config& c) { return take_web_address(t, c.notify.slack); }},
    {"notify.discord", [](std::string_view t, Config& c) { return take_web_address(t, c.notify.discord); }},
    {"notify.webhook", [](std::string_view t, Config& c) { return take_web_address(t, c.notify.webhook); }},
    {"notify.webhook_secret",
     [](std::string_view t, Config& c) { return take_credential(t, c.notify.webhook_secret); }},
    {"notify.email_server",
     [](std::string_view t, Config& c) { return take_mail_server(t, c.notify.email_server); }},
    {"notify.email_user",
     [](std::string_view t, Config& c) { return take_credential(t, c.notify.email_user); }},
    {"notify.email_password",
     [](std::string_view t, Config& c) { return take_credential(t, c.notify.email_password); }},
    {"notify.email_from",
     [](std::string_view t, Config& c) { return take_mail_address(t, c.notify.email_from); }},
    {"notify.email_to",
     [](std::string_view t, Config& c) { return take_mail_addresses(t, c.notify.email_to); }, Holds::list},
    {"notify.email_tls", [](std::string_view t, Config& c) { return take_mail_tls(t, c.notify.email_tls); }},
    {"notify.desktop", [](std::string_view t, Config& c) { return take_switch(t, c.notify.has_desktop); }},
    {"notify.rules", [](std::string_view t, Config& c) { return take_notify_rules(t, c.notify.rules); },
     Holds::list},
    {"notify.quiet_hours", [](std::string_view t, Config& c) { return take_quiet_hours(t, c.notify.quiet); }},
    {"notify.group",
     [](std::string_view t, Config& c) { return take_time(t, {seconds(0), hours(24)}, c.notify.group); }},
    {"notify.repeat_after",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(0), hours(24 * 30)}, c.notify.repeat_after); }},
    {"notify.disk_free",
     [](std::string_view t, Config& c) { return take_bytes(t, {0, 1024 * tebibyte}, c.notify.disk_free); }},
    {"sentry.dsn", [](std::string_view t, Config& c) { return take_sentry_dsn(t, c.reports.sentry_dsn); }},
    {"sentry.environment",
     [](std::string_view t, Config& c) { return take_plain(t, c.reports.environment); }},
    {"registry.url", [](std::string_view t, Config& c) { return take_registry(t, c.registry.url); }},
    {"registry.catalogues",
     [](std::string_view t, Config& c) { return take_catalogues(t, c.registry.catalogues); }, Holds::list},
    {"registry.max_age",
     [](std::string_view t,
        Config& c) { return take_time(t, {seconds(0), hours(24 * 30)}, c.registry.max_age); }},
    {"path", [](std::string_view t, Config& c) { return take_path(t, c.path); }},
    {"database.url", [](std::string_view t, Config& c) { return take_database_url(t, c.database); }},
    {"ws_heartbeat_interval",
     [](std::string_view t, Config& c) { return take_heartbeat(t, c.http.heartbeat); }},
    {"policy.refuse", [](std::string_view t, Config& c) { return take_risks(t, c.refused_risks); },
     Holds::list},
});

std::string variable_of(std::string_view key) {
    std::string name = "MCPM_";
    for (const char c : key) name += c == '.' ? '_' : ascii::upper(c);
    return name;
}

std::string shown(std::string_view text) {
    return yaml_scalar(text.substr(0, 64));
}

/// A mistake in a secret does not show it; of another program's database only its kind is shown.
std::string shown_value(std::string_view key, std::string_view text) {
    if (is_secret_key(key)) return "something else";
    const auto url = split_url(text);
    const bool is_foreign = key == "database.url" && url && !is_sqlite_url(text);
    return is_foreign ? shown(std::string(url->scheme) + "://") : shown(text);
}

/// A list of scalars as its text with commas; another value as it is. Nothing when it holds something else.
std::optional<std::string> value_text(const Key& key, const YamlNode& value) {
    if (value.kind == YamlNode::Kind::scalar) return value.text;
    if (value.kind != YamlNode::Kind::list || key.holds != Holds::list) return std::nullopt;
    std::string text;
    for (const auto& item : value.items) {
        if (item.kind != YamlNode::Kind::scalar) return std::nullopt;
        text += (text.empty() ? "" : ",") + item.text;
    }
    return text;
}

void take_tree(const YamlNode& node, const std::string& prefix, ConfigReading& reading) {
    for (const auto& [key, value] : node.members) {
        const std::string name = config_key_now(prefix + key.text);
        const auto add = [&, line = key.line, column = key.column](std::string message) {
            reading.problems.push_back({line, column, std::move(message)});
        };
        const auto row = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == name; });
        const bool group = std::any_of(keys.begin(), keys.end(),
                                       [&](const Key& k) { return k.name.starts_with(name + "."); });
        if (row != keys.end()) {
            const auto found = value_text(*row, value);
            const ConfigProblem expected = row->take(found.value_or(value.text), reading.config);
            if (!found || !expected.empty())
                add(name + ": expected " + (expected.empty() ? "a value" : expected) + ", found " +
                    (found ? shown_value(name, *found) : "something else"));
        } else if (!group) {
            add("unknown key " + shown(name) + did_you_mean(name, config_keys()));
        } else if (value.kind == YamlNode::Kind::map) {
            take_tree(value, name + ".", reading);
        } else if (value.kind != YamlNode::Kind::nothing) {
            add(name + ": expected a map of keys");
        }
    }
}

struct Variable {
    std::string name, text;
};

/// The one of its names that wins; nothing where none is set.
std::optional<Variable> variable_for(const Key& key, const Environment& environment) {
    std::vector<std::string> names{variable_of(key.name)};
    for (const auto& [name, variable] : config_aliases())
        if (name == key.name) names.emplace_back(variable);
    for (auto& name : names) {
        auto text = environment(name.c_str());
        if (text && (key.holds == Holds::list || !trimmed(*text).empty()))
            return Variable{std::move(name), std::move(*text)};
    }
    return std::nullopt;
}

void take_environment(const Environment& environment, ConfigReading& reading) {
    std::vector<void (*)(Config&)> falling_back;
    for (const Key& key : keys) {
        const auto variable = variable_for(key, environment);
        if (!variable) continue;
        const ConfigProblem expected = key.take(variable->text, reading.config);
        if (expected.empty()) continue;
        std::string said =
            variable->name + ": expected " + expected + ", found " + shown_value(key.name, variable->text);
        const ForgivenKey* const forgiven = forgiven_key(key.name, variable->name);
        if (forgiven == nullptr) {
            reading.problems.push_back({0, 0, std::move(said)});
            continue;
        }
        if (forgiven->fall_back != nullptr) falling_back.push_back(forgiven->fall_back);
        reading.unused.push_back(
            {variable->name, std::string(forgiven->falls_back), said + "; " + forgiven->instead});
    }
    // When all are read: the address of an export may be read after what belongs to it.
    for (const auto fall_back : falling_back) fall_back(reading.config);
}

/// What only shows when every key is known.
void check_together(ConfigReading& reading) {
    if (reading.config.http.auth != HttpAuth::none) return;
    for (const auto& address : reading.config.http.listen) {
        if (is_loopback(address)) continue;
        reading.problems.push_back(
            {0, 0,
             "http.auth: none is possible on loopback addresses only, and http.listen has " +
                 format_listen_address(address) + "; expected token"});
    }
}

Result<std::string> read_whole_file(const std::filesystem::path& file) {
    constexpr std::size_t one_too_many = 4UL * 1024 * 1024 + 1;  // the parser refuses it with its own words
    // Whose the file is says little (a volume of a container); its folder has been looked at.
    auto text = read_own_file(file, one_too_many, {Links::followed, Owner::anybody});
    if (!text && text.error().code == ErrorCode::not_found) return std::string();
    if (!text && text.error().code == ErrorCode::payload_too_large) return std::string(one_too_many, ' ');
    return text;
}

std::optional<std::string> from_process(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    return text;
}

}  // namespace

std::span<const ConfigAlias> config_aliases() {
    static constexpr std::array aliases{ConfigAlias{"log_level", "LOG_LEVEL"},
                                        ConfigAlias{"ws_heartbeat_interval", "WS_HEARTBEAT_INTERVAL"},
                                        ConfigAlias{"database.url", "DATABASE_URL"},
                                        ConfigAlias{"http.session_secret", "SESSION_SECRET"},
                                        ConfigAlias{"notify.slack", "SLACK_WEBHOOK_URL"},
                                        ConfigAlias{"sentry.dsn", "SENTRY_DSN"},
                                        ConfigAlias{"sentry.environment", "SENTRY_ENVIRONMENT"},
                                        ConfigAlias{"own_per_server", "MCPM_PRIVATE_PER_SERVER"},
                                        ConfigAlias{"own_total", "MCPM_PRIVATE_TOTAL"}};
    return aliases;
}

std::string config_key_now(std::string name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> former{
        {{"private_per_server", "own_per_server"}, {"private_total", "own_total"}}};
    for (const auto& [then, now] : former)
        if (name == then) return std::string(now);
    return name;
}

bool is_secret_key(std::string_view key) {
    constexpr std::array<std::string_view, 8> secret{
        "http.session_secret",   "notify.slack",          "notify.discord", "notify.webhook",
        "notify.webhook_secret", "notify.email_password", "sentry.dsn",     "otel.headers"};
    return std::find(secret.begin(), secret.end(), key) != secret.end();
}

std::vector<std::string_view> config_keys() {
    std::vector<std::string_view> names;
    for (const Key& key : keys) names.push_back(key.name);
    return names;
}

ConfigReading parse_config(std::string_view yaml, const Environment& environment) {
    ConfigReading reading;
    YamlTree tree = read_yaml(yaml);
    reading.problems = std::move(tree.problems);
    if (tree.root.kind == YamlNode::Kind::map)
        take_tree(tree.root, "", reading);
    else if (tree.root.kind != YamlNode::Kind::nothing)
        reading.problems.push_back({tree.root.line, tree.root.column, "expected a map of keys"});
    take_environment(environment, reading);
    check_together(reading);
    return reading;
}

Result<Config> read_config(const std::filesystem::path& file, const Environment& environment) {
    const auto text = read_whole_file(file);
    if (!text) return text.error();
    ConfigReading reading = parse_config(*text, environment);
    if (!reading.problems.empty()) return problems_error(file.string(), reading.problems);
    return std::move(reading.config);
}

Result<Config> read_config(const std::filesystem::path& file) {
    return read_config(file, from_process);
}

}  // namespace mcpm
