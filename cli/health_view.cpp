#include "cli/health_view.hpp"

#include "cli/format.hpp"
#include "cli/server_view.hpp"
#include "cli/sparkline.hpp"
#include "cli/text_width.hpp"
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

Colour colour_of(const std::string& status) {
    if (status == "healthy") return Colour::green;
    if (status == "degraded") return Colour::yellow;
    return status == "unhealthy" ? Colour::red : Colour::grey;
}

std::string painted(Output& out, const std::string& status) {
    return out.paint() == Paint::yes ? coloured(status, colour_of(status)) : status;
}

std::string application(const Json& application) {
    const auto uptime = integer(application, "uptime");
    std::string line = "mcpmd " + text(application, "version");
    if (uptime) line += ", up " + format_age(Duration(*uptime * 1000));
    line += ", " + bytes(application, "memoryBytes");
    const auto cpu = number(application, "cpuPercent");
    if (cpu) line += fmt::format(", {:.1f} % CPU on average", *cpu);
    return line;
}

std::string servers(const Json& servers) {
    std::string line = text(servers, "total") + " defined, " + text(servers, "running") + " running";
    const auto add = [&](const char* key, const char* word) {
        if (integer(servers, key).value_or(0) > 0) line += ", " + text(servers, key) + " " + word;
    };
    add("healthy", "healthy");
    add("unhealthy", "unhealthy");
    add("error", "in error");
    return line;
}

std::string pace(const Json& pace) {
    const auto total = integer(pace, "total").value_or(0);
    if (total == 0) return "none yet";
    std::string line = fmt::format("{} ({} failed), {}/s", total, integer(pace, "failed").value_or(0),
                                   text(pace, "perSecond"));
    for (const char* const name : {"p50", "p95", "p99"}) {
        if (const auto value = number(pace, name)) line += fmt::format(", {} ≤ {} ms", name, *value);
    }
    return line;
}

std::string check(Output& out, const Json& check) {
    std::string line = painted(out, text(check, "status"));
    if (const auto took = number(check, "responseTime")) line += fmt::format(" ({} ms)", *took);
    if (const std::string engine = text(check, "engine"); !engine.empty()) line += ", " + harmless(engine);
    if (const std::string said = text(check, "message"); !said.empty()) line += ", " + harmless(said);
    const std::string free = bytes(check, "freeBytes");
    if (!free.empty() && text(check, "message").empty())
        line += ", " + free + " free of " + bytes(check, "totalBytes");
    return line;
}

}  // namespace

void print_system_health(Output& out, const Json& health) {
    const Json& infrastructure = member(health, "infrastructure");
    const Json& performance = member(health, "performance");
    const Json& errors = member(health, "errors");
    print_facts(out, {{"Health", painted(out, text(health, "status"))},
                      {"Agent", application(member(health, "application"))},
                      {"Servers", servers(member(health, "servers"))},
                      {"Database", check(out, member(infrastructure, "database"))},
                      {"Containers", check(out, member(infrastructure, "containerEngine"))},
                      {"Files", check(out, member(infrastructure, "fileSystem"))},
                      {"Disk", check(out, member(infrastructure, "diskSpace"))},
                      {"Requests", pace(member(performance, "requests"))},
                      {"Tool calls", pace(member(performance, "calls"))},
                      {"Errors", fmt::format("{}, {} critical, {} in the last minute", text(errors, "total"),
                                             text(errors, "critical"), text(errors, "perMinute"))}});
    const Json& top = member(errors, "top");
    if (!top.is_array() || top.empty()) return;
    out.write("\n");
    for (const Json& kind : top) {
        const std::string head =
            fmt::format("{:>5}  {} ({}), last {} ago: ", text(kind, "count"), text(kind, "type"),
                        text(kind, "severity"), age_since(text(kind, "lastAt"), now_utc()));
        const std::string line = harmless(head + text(kind, "last"));
        out.write((out.width() == 0 ? line : fit(line, out.width())) + "\n");
    }
}

std::string trend_in_words(const Json& history) {
    const Json& points = member(history, "points");
    if (!points.is_array() || points.empty()) return {};
    std::vector<std::optional<double>> times;
    for (const Json& point : points) times.push_back(number(point, "responseTime"));
    std::string line = fmt::format("{}  {} % of {} checks", sparkline(times, bars), text(history, "uptime"),
                                   text(history, "checks"));
    const Json& response = member(history, "responseTime");
    for (const char* const name : {"p50", "p95", "p99"}) {
        if (const auto value = number(response, name)) line += fmt::format(", {} {:.1f} ms", name, *value);
    }
    return line;
}

}  // namespace mcpm::cli
