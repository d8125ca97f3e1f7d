#include "cli/definition.hpp"

#include "cli/command_words.hpp"
#include "cli/environment.hpp"
#include "cli/text_input.hpp"
#include "common/enum_names.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/number.hpp"
#include "common/package_registries.hpp"
#include "common/units.hpp"
#include "common/url.hpp"
#include "common/watch_patterns.hpp"
#include "common/words.hpp"

#include <cmath>

namespace mcpm::cli {

namespace {

constexpr std::size_t largest_environment_file = 1024 * 1024;

Error bad_option(std::string_view option, std::string_view message) {
    return Error{ErrorCode::validation_error, std::string(option) + ": " + std::string(message)};
}

Result<Json> whole_number(std::string_view option, const std::string& text) {
    const auto value = parse_number<std::uint64_t>(text);
    if (!value) return bad_option(option, "'" + text + "' is not a whole number");
    return ok(*value);
}

Result<Json> fraction(std::string_view option, const std::string& text) {
    const auto value = parse_number<double>(text);
    if (!value || !std::isfinite(*value) || *value <= 0)
        return bad_option(option, "'" + text + "' is not a positive number");
    return ok(*value);
}

Result<> add_duration(Json& into, const char* key, std::string_view option,
                      const std::optional<std::string>& text) {
    if (!text) return {};
    if (const auto valid = parse_duration(*text); !valid) return bad_option(option, valid.error().message);
    into[key] = *text;
    return {};
}

Result<> add_pairs(Json& into, const char* key, std::string_view option,
                   const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return bad_option(option, "'" + text + "' is not of the form KEY=VALUE");
        }
        into[key][text.substr(0, equals)] = text.substr(equals + 1);
    }
    return {};
}

// A new source takes the place of whatever was there.
void forget_other_sources(Json& patch) {
    for (const char* key :
         {fields::server::command, fields::server::args, fields::server::npm, fields::server::pypi,
          fields::server::go, fields::server::cargo, fields::server::mcpb, fields::server::binary,
          fields::server::image, "imagePin", "url", "headers"}) {
        if (!patch.contains(key)) patch[key] = nullptr;
    }
}

}  // namespace

Json package_source(std::string_view text) {
    std::size_t at = text.rfind('@');
    std::size_t length = 1;
    // As PyPI's users write it; a name of npm has no '='.
    if (const auto equals = text.find("=="); equals != std::string_view::npos) {
        at = equals;
        length = 2;
    }
    Json out;
    if (at == std::string_view::npos || at == 0) {
        out[fields::server::package] = text;
    } else {
        out[fields::server::package] = text.substr(0, at);
        out[fields::server::version] = text.substr(at + length);
    }
    return out;
}

Result<Json> health_check(const std::string& text) {
    if (is_web_url(text)) return ok(Json{{fields::config::type, "http"}, {fields::config::target, text}});
    if (text.starts_with("tcp://"))
        return ok(Json{{fields::config::type, "tcp"}, {fields::config::target, text.substr(6)}});
    if (text.starts_with("command:")) {
        const auto words = split_words(std::string_view(text).substr(8));
        if (words.empty()) return bad_option("--health", "'command:' needs a program");
        return ok(Json{{fields::config::type, "command"}, {fields::config::command, words}});
    }
    if (text == "process" || text == "mcp" || text == "none") return ok(Json{{fields::config::type, text}});
    return bad_option(
        "--health",
        "'" + text + "' is none of http://…, tcp://HOST:PORT, command:PROGRAM ARGS, process, mcp, none");
}

Result<Json> restart_policy(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string policy = text.substr(0, colon);
    if (policy != "always" && policy != "on-failure" && policy != "never") {
        return bad_option("--restart", "'" + policy + "' is none of always, on-failure, never");
    }
    Json out{{fields::config::policy, policy}};
    if (colon == std::string::npos) return ok(std::move(out));
    auto limit = whole_number("--restart", text.substr(colon + 1));
    if (!limit) return limit;
    out[fields::config::limit] = std::move(*limit);
    return ok(std::move(out));
}

Json dependency(const std::string& text) {
    for (const std::string& condition : every_name<DependencyCondition>()) {
        const std::string suffix = ":" + condition;
        if (text.size() > suffix.size() && text.ends_with(suffix)) {
            return Json{{fields::config::server, text.substr(0, text.size() - suffix.size())},
                        {fields::config::condition, condition}};
        }
    }
    return text;
}

Result<Json> Definition::to_json(const Json& current, const Environment& environment) const {
    Json out = Json::object();
    Json config = Json::object();
    if (auto done = add_source(out, current); !done) return done.error();
    if (auto done = add_headers(out, current); !done) return done.error();
    const bool changes_type = current.is_object() && out.contains(fields::server::type) &&
                              current.contains(fields::server::type) &&
                              current[fields::server::type] != out[fields::server::type];
    if (changes_type) config[fields::config::transport] = nullptr;  // what it was is nothing for the new kind
    if (changes_type && current[fields::server::type] == "container")
        config[fields::config::container] = nullptr;
    if (auto done = add_environment(config, environment); !done) return done.error();
    if (auto done = add_maps(config); !done) return done.error();
    if (auto done = add_process(config); !done) return done.error();
    if (auto done = add_container(config); !done) return done.error();
    if (auto done = add_limits(config); !done) return done.error();
    if (!config.empty()) out[fields::server::config] = std::move(config);
    return ok(std::move(out));
}

Result<> Definition::add_source(Json& out, const Json& current) const {
    const std::pair<const char*, const std::optional<std::string>&> packages[] = {
        {"npm", npm_}, {"pypi", pypi_}, {"go", go_}, {"cargo", cargo_}, {"binary", binary_}};
    int given = int(image_.has_value()) + int(url_.has_value());
    std::string registry;
    Json package = Json::object();
    for (const auto& [key, wanted] : packages) {
        if (!wanted) continue;
        ++given;
        registry = key;
        package = registry == "binary" ? Json{{"package", *wanted}} : package_source(*wanted);
    }
    if (given > 1)
        return bad_option(
            "source",
            "only one of --npm, --pypi, --go, --cargo, --binary, --image, --url and -- COMMAND can be given");
    if (allow_scripts_ && no_scripts_)
        return bad_option("--allow-scripts", "it cannot be given together with --no-allow-scripts");
    const bool says_scripts = allow_scripts_ || no_scripts_;
    if (given == 0 && (!words_.empty() || program_ || says_scripts || says_python())) {
        for (const char* key : package_registries)
            if (current.is_object() && current.contains(key)) registry = key;
    }
    if (digest_ && registry != "binary") return bad_option("--digest", "it goes with --binary");
    if (says_python() && registry != "pypi")
        return bad_option(python_ ? "--python" : "--with", "it goes with --pypi");
    if (!registry.empty()) {
        add_python(package);
        if (digest_) package[fields::server::digest] = *digest_;
        if (program_) package[fields::server::program] = *program_;
        if (says_scripts && registry != "npm" && registry != "pypi" && registry != "cargo")
            return bad_option("--allow-scripts", "it goes with --npm, --pypi and --cargo");
        if (says_scripts) package[fields::server::allow_scripts] = allow_scripts_;
        if (!words_.empty()) package[fields::server::args] = words_;
        out[registry] = std::move(package);
    } else if (program_) {
        return bad_option("--program", "it goes with --npm, --pypi, --go or --cargo");
    } else if (says_scripts) {
        return bad_option("--allow-scripts", "it goes with --npm, --pypi and --cargo");
    } else if (image_) {
        out[fields::server::image] = *image_;
        if (!words_.empty()) out[fields::server::args] = words_;
    } else if (url_) {
        if (!words_.empty()) return bad_option("--url", "a remote server takes no command");
        out[fields::server::url] = *url_;
    } else if (!words_.empty()) {
        const auto words = read_command(words_, typed_in_here(),
                                        current.is_object() ? text(current, fields::server::name) : "NAME");
        if (!words) return words.error();
        out[fields::server::command] = words->front();
        out[fields::server::args] = std::vector<std::string>(words->begin() + 1, words->end());
    }
    const bool changes_kind = given > 0 || out.contains(fields::server::command);
    if (current.is_object() && changes_kind) forget_other_sources(out);
    if (image_) out[fields::server::type] = "container";
    if (url_) out[fields::server::type] = "remote";
    if (current.is_object() && changes_kind && !image_ && !url_) out[fields::server::type] = "process";
    return {};
}

void Definition::add_python(Json& package) const {
    if (python_) package[fields::server::python] = *python_;
    if (!with_.empty()) package[fields::server::with] = with_;
}

Result<> Definition::add_headers(Json& out, const Json& current) const {
    if (headers_.empty() && unset_headers_.empty()) return {};
    const bool was_remote = current.is_object() && current.contains(fields::server::url);
    if (!url_ && (!was_remote || out.contains(fields::server::type)))
        return bad_option("--header", "it goes with --url: only a remote server has headers");
    Json headers = Json::object();
    // Headers of the old address are not for the new one.
    if (url_ && was_remote && current.contains(fields::server::headers))
        for (const auto& [name, value] : current[fields::server::headers].items()) headers[name] = nullptr;
    for (const std::string& name : unset_headers_) headers[name] = nullptr;
    for (const std::string& text : headers_) {
        const std::size_t colon = text.find(':');
        if (colon == 0 || colon == std::string::npos)
            return bad_option("--header", "expected NAME: VALUE, with a colon");
        const std::size_t begin = text.find_first_not_of(" \t", colon + 1);
        headers[text.substr(0, colon)] = begin == std::string::npos ? "" : text.substr(begin);
    }
    out[fields::server::headers] = std::move(headers);
    return {};
}

Result<> Definition::add_environment(Json& config, const Environment& environment) const {
    Variables variables;
    for (const std::string& file : environment_files_) {
        const auto text = read_text_input(file, largest_environment_file);
        if (!text) return text.error();
        if (auto done = add_variable_file(variables, file, *text, environment); !done) return done;
    }
    for (const std::string& text : environment_) {
        if (auto done = add_variable(variables, text, environment); !done) return done;
    }
    for (const auto& [name, value] : variables) config[fields::config::environment][name] = value;
    for (const std::string& name : unset_environment_) config[fields::config::environment][name] = nullptr;
    return {};
}

Result<> Definition::add_maps(Json& config) const {
    if (auto done = add_pairs(config, fields::config::secrets, "--secret", secrets_); !done) return done;
    for (const std::string& name : unset_secrets_) config[fields::config::secrets][name] = nullptr;
    if (auto done = add_pairs(config, fields::config::labels, "--label", labels_); !done) return done;
    for (const std::string& key : unset_labels_) config[fields::config::labels][key] = nullptr;
    if (!renamed_tools_.empty()) {
        Json& tools = config[fields::config::tools];
        if (auto done = add_pairs(tools, fields::config::rename, "--rename-tool", renamed_tools_); !done)
            return done;
        for (const auto& [from, to] : tools[fields::config::rename].items()) {
            if (to == from) to = nullptr;
        }
    }
    if (!volumes_.empty()) config[fields::config::volumes] = volumes_;
    if (!ports_.empty()) config[fields::config::ports] = ports_;
    for (const std::string& text : depends_on_)
        config[fields::config::depends_on].push_back(dependency(text));
    return {};
}

Result<> Definition::add_process(Json& config) const {
    if (cwd_) {
        auto folder = read_folder(*cwd_, typed_in_here());
        if (!folder) return folder.error();
        config[fields::config::cwd] = std::move(*folder);
    }
    if (transport_) config[fields::config::transport] = *transport_;
    if (sharing_) config[fields::config::sharing] = *sharing_;
    if (api_) config[fields::config::api] = *api_;
    if (health_) {
        auto check = health_check(*health_);
        if (!check) return check.error();
        config[fields::config::health] = std::move(*check);
    }
    if (health_match_) config[fields::config::health][fields::config::match] = *health_match_;
    if (health_interval_ || health_timeout_) {
        Json& health = config[fields::config::health];
        if (auto done = add_duration(health, fields::config::interval, "--health-interval", health_interval_);
            !done)
            return done;
        if (auto done = add_duration(health, fields::config::timeout, "--health-timeout", health_timeout_);
            !done)
            return done;
    }
    if (restart_) {
        auto policy = restart_policy(*restart_);
        if (!policy) return policy.error();
        config[fields::config::restart] = std::move(*policy);
    }
    if (!watch_.empty() && no_watch_)
        return bad_option("--watch", "it cannot be given together with --no-watch");
    if (const std::string why = watch_problem(watch_); !why.empty()) return bad_option("--watch", why);
    if (!watch_.empty()) config[fields::config::watch] = watch_;
    if (no_watch_) config[fields::config::watch] = Json::array();
    if (lazy_ && eager_) return bad_option("--lazy", "it cannot be given together with --no-lazy");
    if (lazy_ || eager_) config[fields::config::lazy] = lazy_;
    if (auto done = add_duration(config, fields::config::idle_timeout, "--idle-timeout", idle_timeout_);
        !done)
        return done;
    if (auto done = add_duration(config, fields::config::stop_timeout, "--stop-timeout", stop_timeout_);
        !done)
        return done;
    return add_duration(config, fields::config::start_timeout, "--start-timeout", start_timeout_);
}

Result<> Definition::add_container(Json& config) const {
    Json container = Json::object();
    for (const auto& [key, value] :
         {std::pair{fields::config::network, &network_}, std::pair{fields::config::user, &user_},
          std::pair{fields::config::pull, &pull_}, std::pair{fields::config::platform, &platform_},
          std::pair{fields::config::path, &path_}}) {
        if (*value) container[key] = **value;
    }
    if (read_only_ && writable_)
        return bad_option("--read-only", "it cannot be given together with --no-read-only");
    if (read_only_ || writable_) container[fields::config::read_only] = read_only_;
    if (secrets_as_environment_ && secrets_as_files_)
        return bad_option("--secrets-as-env", "it cannot be given together with --no-secrets-as-env");
    if (secrets_as_environment_ || secrets_as_files_)
        container[fields::config::secrets_as_environment] = secrets_as_environment_;
    if (!capabilities_.empty()) container[fields::config::cap_add] = capabilities_;
    if (entrypoint_) container[fields::config::entrypoint] = std::vector<std::string>{*entrypoint_};
    if (!container.empty()) config[fields::config::container] = std::move(container);
    return {};
}

Result<> Definition::add_limits(Json& config) const {
    Json limits = Json::object();
    if (memory_) {
        if (const auto valid = parse_bytes(*memory_); !valid)
            return bad_option("--memory", valid.error().message);
        limits[fields::config::memory] = *memory_;
    }
    if (cpus_) {
        auto value = fraction("--cpus", *cpus_);
        if (!value) return value.error();
        limits[fields::config::cpus] = std::move(*value);
    }
    for (const auto& [key, option, value] :
         {std::tuple{fields::config::pids, "--pids", &pids_},
          std::tuple{fields::config::open_files, "--open-files", &open_files_}}) {
        if (!*value) continue;
        auto parsed = whole_number(option, **value);
        if (!parsed) return parsed.error();
        limits[key] = std::move(*parsed);
    }
    if (!limits.empty()) config[fields::config::resources] = std::move(limits);
    return {};
}

}  // namespace mcpm::cli
