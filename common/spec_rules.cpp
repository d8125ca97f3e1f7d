#include "common/spec_rules.hpp"

#include "common/ascii.hpp"
#include "common/client_folder.hpp"
#include "common/secret_reference.hpp"
#include "common/units.hpp"
#include "common/utf8.hpp"
#include "common/watch_patterns.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace mcpm {

namespace {

using namespace std::chrono_literals;

bool has_control(std::string_view text) {
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        if (point.bytes == 0 || is_control(point.value)) return true;
        text.remove_prefix(point.bytes);
    }
    return false;
}

bool is_variable_name(std::string_view name) {
    if (name.empty() || name.size() > 256 || ascii::is_digit(name.front())) return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return ascii::is_letter(c) || ascii::is_digit(c) || c == '_'; });
}

/// Letters, digits and `others`, beginning with a letter or digit.
bool is_identifier(std::string_view text, std::string_view others, std::size_t longest) {
    if (text.empty() || text.size() > longest ||
        !(ascii::is_letter(text.front()) || ascii::is_digit(text.front())))
        return false;
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return ascii::is_letter(c) || ascii::is_digit(c) || others.find(c) != std::string_view::npos;
    });
}

/// SOURCE:TARGET[:ro|rw]; SOURCE is an absolute path or a volume's name.
bool is_volume(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || has_control(text)) return false;
    const std::string_view source = text.substr(0, colon);
    std::string_view target = text.substr(colon + 1);
    const std::size_t second = target.find(':');
    if (second != std::string_view::npos) {
        const std::string_view mode = target.substr(second + 1);
        if (mode != "ro" && mode != "rw") return false;
        target = target.substr(0, second);
    }
    const bool source_good = !source.empty() && (source.front() == '/' || is_identifier(source, "_.-", 255));
    return source_good && target.size() > 1 && target.front() == '/';
}

/// [[ADDRESS:]HOST:]PORT[/tcp|/udp], as docker's -p.
bool is_port_mapping(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        const std::string_view protocol = text.substr(slash + 1);
        if (protocol != "tcp" && protocol != "udp") return false;
        text = text.substr(0, slash);
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return is_port(text);
    if (!is_port(text.substr(colon + 1))) return false;
    const std::string_view host = text.substr(0, colon);
    return is_port(host) || is_host_and_port(host);
}

void check_identity(const ServerSpec& spec, SpecRules& rules) {
    const Result<> name = validate_name(spec.name);
    if (!name) rules.require(false, "name", name.error().message);
    rules.require(!is_server_id(spec.name), "name", "a server name must not have the form of a server id");
    rules.require(spec.name != "." && spec.name != "..", "name",
                  "a server name must not be \"" + spec.name + "\", it would be lost in a URL");
}

void check_environment(const ServerSpec& spec, SpecRules& rules) {
    rules.require_count(spec.environment.size(), "config.environment", 1024);
    for (const auto& [name, value] : spec.environment) {
        rules.require(is_variable_name(name), "config.environment",
                      "expected names of letters, digits and _ that do not begin with a digit");
        rules.require_text(value, "config.environment." + name, 128UL * 1024 - 1);
    }
    rules.require_count(spec.secrets.size(), "config.secrets", 256);
    for (const auto& [name, secret] : spec.secrets) {
        const std::string field = "config.secrets." + name;
        rules.require(is_variable_name(name), "config.secrets",
                      "expected names of letters, digits and _ that do not begin with a digit");
        if (const auto from = read_secret_reference(secret); !from)
            rules.require(false, field, from.error().message);
        rules.require(!spec.environment.contains(name), field, "the variable is also in environment");
    }
}

/// Of a command or a package.
void check_placeholders(const std::vector<std::string>& arguments, std::string_view field, SpecRules& rules) {
    for (const std::string& argument : arguments) {
        const std::string problem = client_folder_problem(argument);
        rules.require(problem.empty(), field, problem);
    }
}

void check_arguments(const ServerSpec& spec, SpecRules& rules) {
    if (const auto* const command = std::get_if<CommandSource>(&spec.source))
        check_placeholders(command->arguments, "args", rules);
    if (const auto* const package = std::get_if<PackageSource>(&spec.source))
        check_placeholders(package->arguments, std::string(wire_name(package->registry)) + ".args", rules);
}

void check_places(const ServerSpec& spec, SpecRules& rules) {
    const bool is_of_client = spec.cwd.starts_with("${client.");
    rules.require(spec.cwd.empty() || spec.cwd.front() == '/' || is_of_client, "config.cwd",
                  "expected an absolute path");
    const std::string placeholder = client_folder_problem(spec.cwd);
    rules.require(placeholder.empty(), "config.cwd", placeholder);
    const bool may_want = spec.type == ServerType::process && spec.transport == Transport::stdio;
    rules.require(may_want || !wants_client_folder(spec), "config.cwd",
                  "${client.cwd} and ${client.root} are for a process that speaks on its standard input");
    rules.require_text(spec.cwd, "config.cwd", 4095);
    rules.require_count(spec.volumes.size(), "config.volumes", 64);
    for (const std::string& volume : spec.volumes)
        rules.require(is_volume(volume), "config.volumes",
                      "expected SOURCE:/TARGET, SOURCE:/TARGET:ro or SOURCE:/TARGET:rw");
    rules.require_count(spec.ports.size(), "config.ports", 64);
    for (const std::string& port : spec.ports)
        rules.require(is_port_mapping(port), "config.ports",
                      "expected PORT, HOST:PORT or ADDRESS:HOST:PORT, with /udp or /tcp behind it or not");
    const std::string watch = watch_problem(spec.watch);
    rules.require(watch.empty(), "config.watch", watch);
    rules.require(spec.watch.empty() || spec.type != ServerType::remote, "config.watch",
                  "a remote server has no files here");
    rules.require(spec.sandbox.empty() || spec.sandbox == "none", "config.sandbox", "expected none");
}

void check_health(const HealthSpec& health, SpecRules& rules) {
    rules.require_text(health.target, "config.health.target", 2048);
    rules.require(health.kind != HealthKind::http || is_plain_url(health.target), "config.health.target",
                  "expected an http or https URL without user name or password");
    rules.require_text(health.match, "config.health.match", 1024);
    rules.require(health.match.empty() || health.kind == HealthKind::http, "config.health.match",
                  "only a check of type http has a body");
    rules.require(health.kind != HealthKind::tcp || is_host_and_port(health.target), "config.health.target",
                  "expected HOST:PORT");
    rules.require(health.kind != HealthKind::command || !health.command.empty(), "config.health.command",
                  "expected a program and its arguments");
    rules.require_count(health.command.size(), "config.health.command", 256);
    for (const std::string& word : health.command) rules.require_text(word, "config.health.command", 32768);
    rules.require_between(health.interval, "config.health.interval", 100ms, 24h);
    rules.require_between(health.timeout, "config.health.timeout", 10ms, 1h);
    rules.require_between(health.start_period, "config.health.startPeriod", 0ms, 24h);
    rules.require(health.failure_threshold >= 1 && health.failure_threshold <= 1000,
                  "config.health.failureThreshold", "expected a number from 1 to 1000");
    rules.require(health.success_threshold >= 1 && health.success_threshold <= 1000,
                  "config.health.successThreshold", "expected a number from 1 to 1000");
}

void check_times(const ServerSpec& spec, SpecRules& rules) {
    rules.require(spec.restart.limit <= 1000, "config.restart.limit", "expected a number from 0 to 1000");
    rules.require_between(spec.restart.window, "config.restart.window", 1s, 24h);
    rules.require_between(spec.stop_timeout, "config.stopTimeout", 0ms, 10min);
    rules.require_between(spec.start_timeout, "config.startTimeout", 1ms, 1h);
    rules.require_between(spec.idle_timeout, "config.idleTimeout", 1s, 24h * 30);
}

void check_resources(const ResourceLimits& limits, SpecRules& rules) {
    constexpr std::uint64_t mebibyte = 1ULL << 20U;
    const auto within = [](auto value, auto least, auto most) {
        return !value || (*value >= least && *value <= most);
    };
    rules.require(within(limits.memory_bytes, mebibyte, mebibyte << 24U), "config.resources.memory",
                  "expected a size from 1MiB to 16TiB");
    rules.require(
        !limits.cpus || (std::isfinite(*limits.cpus) && *limits.cpus >= 0.01 && *limits.cpus <= 4096),
        "config.resources.cpus", "expected a number from 0.01 to 4096");
    rules.require(within(limits.pids, 1U, 4194304U), "config.resources.pids",
                  "expected a number from 1 to 4194304");
    rules.require(within(limits.open_files, std::uint64_t{8}, std::uint64_t{1} << 30U),
                  "config.resources.openFiles", "expected a number from 8 to 1073741824");
}

void check_tools(const ToolRules& tools, SpecRules& rules) {
    const auto good = [](std::string_view text) {
        return !text.empty() && text.size() <= 256 && !has_control(text);
    };
    const auto check_patterns = [&](const std::vector<std::string>& patterns, std::string_view field) {
        rules.require_count(patterns.size(), field, 1024);
        for (const std::string& pattern : patterns)
            rules.require(good(pattern), field, "expected patterns such as \"read_*\", of at most 256 bytes");
    };
    check_patterns(tools.allow, "config.tools.allow");
    check_patterns(tools.deny, "config.tools.deny");
    rules.require_count(tools.rename.size(), "config.tools.rename", 1024);
    std::set<std::string_view> targets;
    for (const auto& [from, to] : tools.rename) {
        rules.require(good(from), "config.tools.rename", "expected a tool's name of at most 256 bytes");
        rules.require(is_identifier(to, "_.-/", 128), "config.tools.rename",
                      "expected a new name of letters, digits and _ . - / only");
        rules.require(targets.insert(to).second, "config.tools.rename",
                      "two tools would have the same new name");
    }
}

void check_tool_edits(const ToolRules& tools, SpecRules& rules) {
    rules.require_count(tools.edit.size(), "config.tools.edit", 1024);
    for (const auto& [tool, edit] : tools.edit) {
        const std::string field = "config.tools.edit." + tool;
        rules.require(!tool.empty() && tool.size() <= 256 && !has_control(tool), "config.tools.edit",
                      "expected a tool's name of at most 256 bytes");
        rules.require_text(edit.description, field + ".description", 64UL * 1024);
        rules.require_count(edit.hide.size(), field + ".hide", 256);
        rules.require_count(edit.defaults.size(), field + ".defaults", 256);
        for (const std::string& argument : edit.hide)
            rules.require(!argument.empty() && argument.size() <= 256, field + ".hide",
                          "expected names of arguments");
        for (const auto& [argument, value] : edit.defaults) {
            rules.require(!argument.empty() && argument.size() <= 256, field + ".defaults",
                          "expected names of arguments");
            rules.require_text(value, field + ".defaults." + argument, 64UL * 1024);
        }
    }
}

void check_labels(const ServerSpec& spec, SpecRules& rules) {
    rules.require_count(spec.labels.size(), "config.labels", 64);
    for (const auto& [key, value] : spec.labels) {
        rules.require(is_identifier(key, "_.-/", 128), "config.labels",
                      "expected keys of letters, digits and _ . - / that begin with a letter or digit");
        rules.require(value.size() <= 256 && !has_control(value), "config.labels." + key,
                      "expected printable text of at most 256 bytes");
    }
}

void check_dependencies(const ServerSpec& spec, SpecRules& rules) {
    rules.require_count(spec.depends_on.size(), "config.dependsOn", 64);
    std::set<std::string_view> seen;
    for (const Dependency& dependency : spec.depends_on) {
        const Result<> name = validate_name(dependency.server);
        if (!name) rules.require(false, "config.dependsOn", name.error().message);
        rules.require(dependency.server != spec.name, "config.dependsOn", "a server cannot depend on itself");
        rules.require(seen.insert(dependency.server).second, "config.dependsOn", "a server is named twice");
    }
}

}  // namespace

void SpecRules::require(bool holds, std::string_view field, std::string_view expected) {
    if (holds) return;
    const bool said = std::any_of(problems_.begin(), problems_.end(), [&](const FieldProblem& problem) {
        return problem.field == field && problem.message == expected;
    });
    if (!said) problems_.push_back({std::string(field), std::string(expected)});
}

void SpecRules::require_text(std::string_view text, std::string_view field, std::size_t longest) {
    require(text.find('\0') == std::string_view::npos, field, "expected text without NUL characters");
    require(is_utf8(text), field, "expected UTF-8 text");
    if (text.size() > longest)
        require(false, field, "expected at most " + std::to_string(longest) + " bytes");
}

void SpecRules::require_count(std::size_t count, std::string_view field, std::size_t most) {
    if (count > most) require(false, field, "expected at most " + std::to_string(most) + " entries");
}

void SpecRules::require_between(Duration value, std::string_view field, Duration least, Duration most) {
    if (value >= least && value <= most) return;
    require(false, field, "expected a time from " + format_duration(least) + " to " + format_duration(most));
}

std::vector<FieldProblem> find_problems(const ServerSpec& spec) {
    SpecRules rules;
    check_identity(spec, rules);
    check_source(spec, rules);
    check_container(spec, rules);
    check_environment(spec, rules);
    check_places(spec, rules);
    check_arguments(spec, rules);
    check_health(spec.health, rules);
    check_times(spec, rules);
    check_resources(spec.resources, rules);
    check_tools(spec.tools, rules);
    check_tool_edits(spec.tools, rules);
    check_labels(spec, rules);
    check_dependencies(spec, rules);
    return rules.take();
}

}  // namespace mcpm
