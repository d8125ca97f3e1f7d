#include "cli/server_view.hpp"

#include "cli/output.hpp"
#include "cli/shell_words.hpp"
#include "common/enum_names.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/run_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/package_registries.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <cstring>

namespace mcpm::cli {

namespace {

std::string words_of(const Json& list) {
    std::string out;
    if (!list.is_array()) return out;
    for (const Json& word : list) {
        if (word.is_string()) out += " " + word.get<std::string>();
    }
    return out;
}

std::string package_in_words(const Json& package, const char* registry) {
    if (package.is_string()) return std::string(registry) + " " + package.get<std::string>();
    std::string version = text(member(package, fields::server::pin), fields::server::version);
    if (version.empty()) version = text(package, fields::server::version);
    return std::string(registry) + " " + text(package, fields::server::package) +
           (version.empty() ? "" : "@" + version) + words_of(member(package, fields::server::args));
}

// For a table: a program by its name, without the folders in front of it.
std::string short_source(const Json& server) {
    std::string words = source_in_words(server);
    if (!words.starts_with('/')) return words;
    const std::size_t slash = text(server, fields::server::command).rfind('/');
    return words.substr(slash + 1);
}

std::string pairs_in_words(const Json& map) {
    std::string out;
    if (!map.is_object()) return out;
    for (const auto& [key, value] : map.items()) {
        out += (out.empty() ? "" : ", ") + key + "=" +
               (value.is_string() ? value.get<std::string>() : value.dump());
    }
    return out;
}

std::string list_in_words(const Json& list) {
    std::string out;
    for (const Json& one : list.is_array() ? list : Json::array())
        out += (out.empty() ? "" : ", ") + (one.is_string() ? one.get<std::string>() : one.dump());
    return out;
}

std::string dependencies_in_words(const Json& list) {
    std::string out;
    if (!list.is_array()) return out;
    for (const Json& one : list) {
        const std::string condition = text(one, fields::config::condition);
        out += (out.empty() ? "" : ", ") +
               (one.is_string() ? one.get<std::string>() : text(one, fields::config::server));
        if (condition == wire_name(DependencyCondition::healthy)) out += " (" + condition + ")";
    }
    return out;
}

std::string time_with_age(const std::string& time, Timestamp now) {
    const std::string age = age_since(time, now);
    return age.empty() ? time : time + " (" + age + " ago)";
}

std::string pin_in_words(const Json& server) {
    if (const Json& image = member(server, fields::server::image_pin); image.is_object()) {
        const std::string digest = text(image, fields::server::digest);
        return digest.empty() ? text(image, fields::server::id) : digest;
    }
    for (const char* registry : package_registries) {
        const Json& pin = member(member(server, registry), fields::server::pin);
        if (pin.is_object())
            return text(pin, fields::server::version) + "  " + text(pin, fields::server::integrity);
    }
    return {};
}

std::string risks_in_words(const Json& risks) {
    std::string out;
    for (const Json& risk : risks.is_array() ? risks : Json::array())
        out += (out.empty() ? "" : "; ") + text(risk, fields::server::sentence);
    return out;
}

std::string scripts_in_words(const Json& server) {
    const Json& npm = member(server, fields::server::npm);
    if (is_true(npm, fields::server::allow_scripts)) return "allowed";
    const std::string names =
        list_in_words(member(member(npm, fields::server::pin), fields::server::scripts));
    return names.empty() ? "" : "not run: " + names;
}

// The part of the picture that cannot be known while the agent is away. Without it nothing starts.
std::string stale_status(const Json& server) {
    const std::string status = text(server, fields::server::status);
    return status_of(server) == ShownStatus::stopped ? status : "unknown (was " + status + ")";
}

bool is_outdated(const Json& server) {
    return text(server, fields::server::status_reason) == text_of(Reason::restart_pending);
}

}  // namespace

ShownStatus status_of(const Json& server) {
    return value_of<ShownStatus>(text(server, fields::server::status)).value_or(ShownStatus::unknown);
}

Health health_of(const Json& server) {
    return value_of<Health>(text(server, fields::server::health_status)).value_or(Health::unknown);
}

Colour colour_of(ShownStatus status) {
    if (status == ShownStatus::running) return Colour::green;
    if (status == ShownStatus::error) return Colour::red;
    return status == ShownStatus::stopped ? Colour::grey : Colour::yellow;
}

Colour colour_of(Health health) {
    if (health == Health::healthy) return Colour::green;
    return health == Health::unhealthy ? Colour::red : Colour::grey;
}

std::string format_age(Duration age) {
    const auto seconds =
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(age).count());
    if (seconds < 120) return std::to_string(seconds) + "s";
    if (seconds < 120 * 60) return std::to_string(seconds / 60) + "m";
    if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + "h";
    return std::to_string(seconds / 86400) + "d";
}

std::string age_since(const std::string& time, Timestamp now) {
    if (time.empty()) return {};
    const auto then = parse_time(time);
    return then ? format_age(now - *then) : std::string{};
}

std::string source_in_words(const Json& server) {
    for (const char* registry : package_registries) {
        if (server.contains(registry)) return package_in_words(member(server, registry), registry);
    }
    for (const char* key : {fields::server::image, fields::server::url}) {
        if (server.contains(key)) return text(server, key) + words_of(member(server, fields::server::args));
    }
    return text(server, fields::server::command) + words_of(member(server, fields::server::args));
}

std::string own_runs_in_words(const Json& server) {
    const Json& all = member(server, fields::server::own_runs);
    std::string out;
    for (const Json& one : all.is_array() ? all : Json::array()) {
        out += (out.empty() ? "run " : "; run ") + text(one, fields::server::run) + ", pid " +
               text(one, fields::server::pid) + " (" + text(one, fields::server::owner) + ")";
    }
    return out;
}

std::string pending_in_words(const Json& server) {
    if (!is_outdated(server)) return {};
    return "changed since it was started; `mcpm restart " +
           in_shell_words(text(server, fields::server::name)) + "` brings it up";
}

std::string status_in_words(const Json& server) {
    std::string reason = text(server, fields::server::status_reason);
    const std::string status = text(server, fields::server::status);
    const bool is_stopped = status_of(server) == ShownStatus::stopped;
    if (is_stopped && member(member(server, fields::server::config), fields::config::enabled) == false)
        return status + " (disabled)";
    if (is_stopped && reason == text_of(Reason::asleep)) return reason;
    if (is_outdated(server)) return "running (old definition)";
    return reason.empty() ? status : status + " (" + reason + ")";
}

std::string last_exit_in_words(const Json& server, Timestamp now) {
    const Json& exit = member(server, fields::server::last_exit);
    if (!exit.is_object()) return {};
    std::string out;
    if (const auto code = integer(exit, fields::run::code)) out = "exited with " + std::to_string(*code);
    if (const auto signal = integer(exit, fields::run::signal))
        out = "killed by signal " + std::to_string(*signal);
    if (out.empty()) out = "ended";  // a connection has no exit code
    if (is_true(exit, fields::run::oom)) out += " (out of memory)";
    const std::string age = age_since(text(exit, fields::run::at), now);
    return age.empty() ? out : out + ", " + age + " ago";
}

std::string next_retry_in_words(const Json& server, Timestamp now) {
    const std::string at = text(server, fields::server::next_retry_at);
    const auto time = parse_time(at);
    return time ? at + " (in " + format_age(*time - now) + ")" : at;
}

Table server_table(const Json& servers, Width width, Picture picture, Timestamp now) {
    Table table{{{"NAME", Shrink::first},
                 {"STATUS"},
                 {"HEALTH", Shrink::last, Align::left, 1},
                 {"UP", Shrink::last, Align::right, 2},
                 {"PID", Shrink::last, Align::right, 0, true},
                 {"RESTARTS", Shrink::last, Align::right, 3},
                 {"SOURCE", Shrink::first, Align::left, 4}},
                {}};
    if (width == Width::wide) {
        table.columns.insert(table.columns.end(), {{"RUN", Shrink::last, Align::right},
                                                   {"TYPE"},
                                                   {"LAST EXIT"},
                                                   {"LABELS", Shrink::first},
                                                   {"ID", Shrink::last, Align::left, 0, true}});
    }
    for (const Json& server : servers) {
        const bool live = picture == Picture::live;
        const std::string health = text(server, fields::server::health_status);
        const bool up = live && status_of(server) == ShownStatus::running;
        std::vector<Cell> row{
            {harmless(text(server, fields::server::name))},
            {live ? status_in_words(server) : stale_status(server),
             live ? colour_of(status_of(server)) : Colour::yellow},
            {!live ? std::string(name_of(Health::unknown))
             : up  ? health
                   : "",
             live ? colour_of(health_of(server)) : Colour::grey},
            {up ? age_since(text(server, fields::server::started_at), now) : ""},
            {live ? text(server, fields::server::pid) : ""},
            {text(server, fields::server::restart_count)},
            {harmless(width == Width::usual ? short_source(server) : source_in_words(server))}};
        if (width == Width::wide) {
            row.push_back({text(server, fields::server::run)});
            row.push_back({text(server, fields::server::type)});
            row.push_back({last_exit_in_words(server, now)});
            row.push_back({harmless(
                pairs_in_words(member(member(server, fields::server::config), fields::config::labels)))});
            row.push_back({text(server, fields::server::id)});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::vector<std::pair<std::string, std::string>> server_facts(const Json& server, Picture picture,
                                                              Timestamp now) {
    const Json& config = member(server, fields::server::config);
    const Json& resources = member(config, fields::config::resources);
    const Json& restart = member(config, fields::config::restart);
    const bool live = picture == Picture::live;
    const std::string started = text(server, fields::server::started_at);
    return {
        {"Name", text(server, fields::server::name)},
        {"Id", text(server, fields::server::id)},
        {"Status", live ? status_in_words(server) : stale_status(server)},
        {"Wanted", text(server, fields::server::desired)},
        {"Health",
         live ? text(server, fields::server::health_status) : std::string(name_of(Health::unknown))},
        {"Definition", live ? pending_in_words(server) : ""},
        {"Pid", live ? text(server, fields::server::pid) : ""},
        {"Run", text(server, fields::server::run)},
        {"Started", started.empty() ? "" : time_with_age(started, now)},
        {"Own runs", own_runs_in_words(server)},
        {"Restarts", text(server, fields::server::restart_count)},
        {"Last exit", last_exit_in_words(server, now)},
        {"Next retry", live ? next_retry_in_words(server, now) : ""},
        {"Type", text(server, fields::server::type)},
        {"Source", source_in_words(server)},
        {"Pinned", pin_in_words(server)},
        {"Volumes", list_in_words(member(config, fields::config::volumes))},
        {"Ports", list_in_words(member(config, fields::config::ports))},
        {"Container", pairs_in_words(member(config, fields::config::container))},
        {"Risks", risks_in_words(member(server, fields::server::risks))},
        {"Folder", text(config, fields::config::cwd)},
        {"Environment", pairs_in_words(member(config, fields::config::environment))},
        {"Secrets", pairs_in_words(member(config, fields::config::secrets))},
        {"Transport", text(config, fields::config::transport)},
        {"Sharing", text(config, fields::config::sharing)},
        {"Health check", text(member(config, fields::config::health), fields::config::type)},
        {"Restart policy",
         restart.is_string() ? restart.get<std::string>() : text(restart, fields::config::policy)},
        {"Stop timeout", text(config, fields::config::stop_timeout)},
        {"Start timeout", text(config, fields::config::start_timeout)},
        {"Limits", pairs_in_words(resources)},
        {"Agent's API", text(config, fields::config::api) == "allow" ? "allowed" : ""},
        {"Install scripts", scripts_in_words(server)},
        {"Labels", pairs_in_words(member(config, fields::config::labels))},
        {"Depends on", dependencies_in_words(member(config, fields::config::depends_on))},
        {"Enabled", text(config, fields::config::enabled)},
        {"Created", text(server, fields::server::created_at)},
        {"Updated", text(server, fields::server::updated_at)},
    };
}

}  // namespace mcpm::cli
