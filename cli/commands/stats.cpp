// stats: what servers use; now, as it goes on, or over time.
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "cli/sparkline.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/stats_fields.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace mcpm::cli::commands {

namespace {

constexpr std::chrono::seconds between_looks{2};
constexpr std::size_t bars = 40;

std::string bytes_in_words(const Json& object, const char* key) {
    const auto value = integer(object, key);
    return value && *value >= 0 ? format_bytes(static_cast<std::uint64_t>(*value)) : "";
}

std::string percent_in_words(const Json& object) {
    const auto value = number(object, fields::stats::cpu_percent);
    return value ? fmt::format("{:.1f}%", *value) : "";
}

std::vector<Cell> stats_row(const Json& stats) {
    const Json& log = member(stats, fields::stats::log);
    const Json& calls = member(stats, fields::stats::calls);
    const auto cpu = number(stats, fields::stats::cpu_seconds);
    return {{harmless(text(stats, fields::stats::name))},
            {text(stats, fields::stats::pid)},
            {bytes_in_words(stats, fields::stats::memory_bytes)},
            {bytes_in_words(stats, fields::stats::pss_bytes)},
            {percent_in_words(stats)},
            {cpu ? fmt::format("{:.1f}s", *cpu) : ""},
            {text(stats, fields::stats::processes)},
            {text(stats, fields::stats::descriptors)},
            {bytes_in_words(stats, fields::stats::read_bytes)},
            {bytes_in_words(stats, fields::stats::written_bytes)},
            {text(stats, fields::stats::restarts)},
            {text(log, fields::stats::lines)},
            {bytes_in_words(log, fields::stats::bytes)},
            {text(log, fields::stats::dropped_lines)},
            {text(calls, fields::stats::total)},
            {text(calls, fields::stats::errors)}};
}

Table stats_table() {
    const auto right = [](const char* title, unsigned drop) {
        return Column{title, Shrink::last, Align::right, drop};
    };
    return {{{"NAME", Shrink::first},
             {"PID", Shrink::last, Align::right, 0, true},
             right("MEMORY", 1),
             right("PSS", 8),
             right("CPU%", 2),
             right("CPU", 5),
             right("PROCS", 9),
             right("FDS", 10),
             right("READ", 11),
             right("WRITTEN", 12),
             right("RESTARTS", 6),
             right("LINES", 13),
             right("LOG", 7),
             right("DROPPED", 14),
             right("CALLS", 3),
             right("ERRORS", 4)},
            {}};
}

using Names = std::vector<std::string>;

/// Of these, in their order; of all when there are none.
Result<Json> stats_of(AgentClient& agent, const Names& names) {
    auto all = agent.stats();
    if (!all || names.empty()) return all;
    Json chosen = Json::array();
    for (const std::string& name : names) {
        const auto found = std::find_if(all->begin(), all->end(), [&](const Json& one) {
            return text(one, fields::stats::name) == name || text(one, fields::stats::id) == name;
        });
        if (found == all->end())
            return with_suggestion(Error{ErrorCode::server_not_found, "there is no server '" + name + "'"},
                                   agent, name);
        chosen.push_back(*found);
    }
    return ok(std::move(chosen));
}

Result<> print_stats(Invocation& call, const Json& all) {
    if (print_for_programs(call.out, all, call.format)) return {};
    Table table = stats_table();
    for (const Json& one : all) table.rows.push_back(stats_row(one));
    return print_table(call.out, table, call.format);
}

/// Again and again, in place on a terminal, one JSON line a look for programs.
Outcome follow(Invocation& call, AgentClient& agent, const Names& names) {
    call.out.end_with_reader();
    for (bool is_first = true;; is_first = false) {
        const auto all = stats_of(agent, names);
        if (!all) return all.error();
        if (call.format.is_data()) {
            call.out.write(compact(*all) + "\n");
        } else {
            if (call.out.is_terminal()) call.out.write("\x1b[H\x1b[2J");
            if (!is_first && !call.out.is_terminal()) call.out.write("\n");
            if (const auto printed = print_stats(call, *all); !printed) return printed.error();
        }
        call.out.flush();
        std::this_thread::sleep_for(between_looks);
    }
}

std::vector<std::optional<double>> values_of(const Json& points, const char* key) {
    std::vector<std::optional<double>> values;
    for (const Json& point : points) values.push_back(number(point, key));
    return values;
}

std::optional<double> largest(const std::vector<std::optional<double>>& values) {
    std::optional<double> most;
    for (const auto& value : values)
        if (value) most = std::max(most.value_or(0), *value);
    return most;
}

std::string as_bytes(double value) {
    return format_bytes(static_cast<std::uint64_t>(value));
}

void print_trends(Invocation& call, const std::string& name, const Json& history) {
    const Json& points = member(history, fields::stats::points);
    if (!points.is_array() || points.empty()) {
        call.out.write(harmless(name) + ": nothing is known of that time yet\n");
        return;
    }
    const auto cpu = values_of(points, fields::stats::cpu_percent);
    const auto memory = values_of(points, fields::stats::memory_most);
    const auto calls = values_of(points, fields::stats::calls);
    const auto line = [](const auto& values, const std::string& most) {
        return sparkline(values, bars) + "  at most " + most;
    };
    std::vector<std::pair<std::string, std::string>> facts{{"Server", harmless(name)},
                                                           {"From", text(points.front(), fields::stats::at)}};
    if (const auto most = largest(cpu)) facts.emplace_back("CPU", line(cpu, fmt::format("{:.1f} %", *most)));
    if (const auto most = largest(memory)) facts.emplace_back("Memory", line(memory, as_bytes(*most)));
    if (const auto most = largest(calls))
        facts.emplace_back("Calls", line(calls, fmt::format("{:.0f} in one step", *most)));
    for (const auto& [key, title] : {std::pair{fields::stats::read_bytes, "Read"},
                                     {fields::stats::written_bytes, "Written"},
                                     {fields::stats::received_bytes, "Received"},
                                     {fields::stats::sent_bytes, "Sent"}}) {
        const auto values = values_of(points, key);
        if (const auto most = largest(values); most && *most > 0)
            facts.emplace_back(title, line(values, as_bytes(*most)));
    }
    print_facts(call.out, facts);
}

Outcome over_time(Invocation& call, AgentClient& agent, Names names, const std::string& range) {
    if (names.empty()) {
        const auto servers = agent.servers();
        if (!servers) return servers.error();
        for (const Json& server : *servers) names.push_back(text(server, fields::server::name));
    }
    Json all = Json::array();
    for (const std::string& name : names) {
        auto answer = agent.part(name, "stats", Query().add("range", range));
        if (!answer) return with_suggestion(answer.error(), agent, name);
        (*answer)[fields::stats::name] = name;
        all.push_back(std::move(*answer));
    }
    if (print_for_programs(call.out, all, call.format)) return ExitStatus::done;
    for (const Json& one : all) {
        if (&one != &all.front()) call.out.write("\n");
        print_trends(call, text(one, fields::stats::name), member(one, fields::stats::history));
    }
    return ExitStatus::done;
}

}  // namespace

Outcome stats(Invocation& call) {
    Names names;
    bool follows = false;
    std::string range;
    call.options.positionals("NAME…", names, "servers; without one, all", Completes::servers);
    call.options.flag("-f,--follow", follows, "look again every two seconds");
    call.options.value("-r,--range", "RANGE", range, "what they used over the last 1h, 24h, 7d or 30d");
    call.options.choices({"1h", "24h", "7d", "30d"});
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    if (follows && !range.empty())
        return Error{ErrorCode::validation_error, "--follow and --range exclude each other"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    auto chosen = server_names(*agent, names);
    if (!chosen) return chosen.error();
    if (!range.empty()) return over_time(call, *agent, std::move(*chosen), range);
    if (follows) return follow(call, *agent, *chosen);
    const auto all = stats_of(*agent, *chosen);
    if (!all) return all.error();
    if (const auto printed = print_stats(call, *all); !printed) return printed.error();
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
