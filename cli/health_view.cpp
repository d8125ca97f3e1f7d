#include "cli/health_view.hpp"

#include "cli/format.hpp"
#include "cli/server_view.hpp"
#include "cli/sparkline.hpp"
#include "cli/text_width.hpp"
#include "common/condition.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/health_fields.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace mcpm::cli {

namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t bars = 30;

std::string bytes(const Json& object, const char* key) {
    const auto value = integer(object, key);
    return value && *value >= 0 ? format_bytes(static_cast<std::uint64_t>(*value)) : "";
}

Colour colour_of(Condition condition) {
    switch (condition) {
        case Condition::healthy:
            return Colour::green;
        case Condition::degraded:
            return Colour::yellow;
        case Condition::unhealthy:
            return Colour::red;
        case Condition::idle:
            return Colour::grey;
    }
    return Colour::grey;
}

std::string painted(Output& out, const std::string& status) {
    return out.paint() == Paint::yes
               ? coloured(status, colour_of(value_of<Condition>(status).value_or(Condition::idle)))
               : status;
}

std::string application(const Json& application) {
    const auto uptime = integer(application, fields::health::uptime);
    std::string line = "mcpmd " + text(application, fields::health::version);
    if (uptime) line += ", up " + format_age(Duration(*uptime * 1000));
    line += ", " + bytes(application, fields::health::memory_bytes);
    const auto cpu = number(application, fields::health::cpu_percent);
    if (cpu) line += fmt::format(", {:.1f} % CPU on average", *cpu);
    return line;
}

std::string servers(const Json& servers) {
    std::string line = text(servers, fields::health::total) + " defined, " +
                       text(servers, fields::health::running) + " running";
    const auto add = [&](const char* key, const char* word) {
        if (integer(servers, key).value_or(0) > 0) line += ", " + text(servers, key) + " " + word;
    };
    add(fields::health::healthy, fields::health::healthy);
    add(fields::health::unhealthy, fields::health::unhealthy);
    add(fields::health::error, "in error");
    return line;
}

std::string pace(const Json& pace) {
    const auto total = integer(pace, fields::health::total).value_or(0);
    if (total == 0) return "none yet";
    std::string line =
        fmt::format("{} ({} failed), {}/s", total, integer(pace, fields::health::failed).value_or(0),
                    text(pace, fields::health::per_second));
    for (const char* const name : {fields::health::p50, fields::health::p95, fields::health::p99}) {
        if (const auto value = number(pace, name)) line += fmt::format(", {} ≤ {} ms", name, *value);
    }
    return line;
}

std::string check(Output& out, const Json& check) {
    std::string line = painted(out, text(check, fields::health::status));
    if (const auto took = number(check, fields::health::response_time))
        line += fmt::format(" ({} ms)", *took);
    if (const std::string engine = text(check, fields::health::engine); !engine.empty())
        line += ", " + harmless(engine);
    if (const std::string said = text(check, fields::health::message); !said.empty())
        line += ", " + harmless(said);
    const std::string free = bytes(check, fields::health::free_bytes);
    if (!free.empty() && text(check, fields::health::message).empty())
        line += ", " + free + " free of " + bytes(check, fields::health::total_bytes);
    return line;
}

}  // namespace

void print_system_health(Output& out, const Json& health) {
    const Json& infrastructure = member(health, fields::health::infrastructure);
    const Json& performance = member(health, fields::health::performance);
    const Json& errors = member(health, fields::health::errors);
    print_facts(out, {{"Health", painted(out, text(health, fields::health::status))},
                      {"Agent", application(member(health, fields::health::application))},
                      {"Servers", servers(member(health, fields::health::servers))},
                      {"Database", check(out, member(infrastructure, fields::health::database))},
                      {"Containers", check(out, member(infrastructure, fields::health::container_engine))},
                      {"Files", check(out, member(infrastructure, fields::health::file_system))},
                      {"Disk", check(out, member(infrastructure, fields::health::disk_space))},
                      {"Secrets", check(out, member(infrastructure, fields::config::secrets))},
                      {"Requests", pace(member(performance, fields::health::requests))},
                      {"Tool calls", pace(member(performance, fields::health::calls))},
                      {"Errors", fmt::format("{}, {} critical, {} in the last minute",
                                             text(errors, fields::health::total),
                                             text(errors, fields::health::critical),
                                             text(errors, fields::health::per_minute))}});
    const Json& top = member(errors, fields::health::top);
    if (!top.is_array() || top.empty()) return;
    out.write("\n");
    for (const Json& kind : top) {
        const std::string head =
            fmt::format("{:>5}  {} ({}), last {} ago: ", text(kind, fields::health::count),
                        text(kind, fields::health::type), text(kind, fields::health::severity),
                        age_since(text(kind, fields::health::last_at), now_utc()));
        const std::string line = harmless(head + text(kind, fields::health::last));
        out.write((out.width() == 0 ? line : fit(line, out.width())) + "\n");
    }
}

std::string trend_in_words(const Json& history) {
    const Json& points = member(history, fields::health::points);
    if (!points.is_array() || points.empty()) return {};
    std::vector<std::optional<double>> times;
    for (const Json& point : points) times.push_back(number(point, fields::health::response_time));
    const std::string checks = text(history, fields::health::checks);
    std::string line =
        fmt::format("{}  {} % of {} {}", sparkline(times, bars), text(history, fields::health::uptime),
                    checks, checks == "1" ? "check" : "checks");
    const Json& response = member(history, fields::health::response_time);
    for (const char* const name : {fields::health::p50, fields::health::p95, fields::health::p99}) {
        if (const auto value = number(response, name)) line += fmt::format(", {} {:.1f} ms", name, *value);
    }
    return line;
}

}  // namespace mcpm::cli
