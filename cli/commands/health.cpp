// health: the whole; or the last check of a server with its uptime, or its checks over time.
#include "cli/commands/all.hpp"
#include "cli/health_view.hpp"
#include "cli/selection.hpp"
#include "cli/server_view.hpp"
#include "common/condition.hpp"
#include "common/fields/health_fields.hpp"
#include "common/units.hpp"

namespace mcpm::cli::commands {

namespace {

std::string with_unit(const std::string& number, const char* unit) {
    return number.empty() ? "" : number + unit;
}

void print_now(Invocation& call, const Json& health) {
    const std::string checked = text(health, fields::health::last_check);
    print_facts(call.out,
                {{"Health", text(health, fields::health::status)},
                 {"Checked", checked.empty() ? "" : age_since(checked, now_utc()) + " ago"},
                 {"Response time", with_unit(text(health, fields::health::response_time), " ms")},
                 {"Uptime", with_unit(text(health, fields::health::uptime), " % of the last day's checks")},
                 {"Message", text(health, fields::health::message)}});
}

void print_history(Invocation& call, const Json& history) {
    const Json& times = member(history, fields::health::response_time);
    print_facts(call.out, {{"Range", text(history, fields::health::range)},
                           {"Checks", text(history, fields::health::checks) + ", " +
                                          text(history, fields::health::failed) + " failed"},
                           {"Uptime", with_unit(text(history, fields::health::uptime), " %")},
                           {"Average", with_unit(text(times, fields::health::average), " ms")},
                           {"Median", with_unit(text(times, fields::health::p50), " ms")},
                           {"95 %", with_unit(text(times, fields::health::p95), " ms")},
                           {"99 %", with_unit(text(times, fields::health::p99), " ms")},
                           {"Slowest", with_unit(text(times, fields::health::max), " ms")}});
    Table table{{{"AT"},
                 {"CHECKS", Shrink::last, Align::right},
                 {"FAILED", Shrink::last, Align::right},
                 {"AVERAGE MS", Shrink::last, Align::right},
                 {"SLOWEST MS", Shrink::last, Align::right}},
                {}};
    const Json& points = member(history, fields::health::points);
    for (const Json& point : points.is_array() ? points : Json::array()) {
        table.rows.push_back({{text(point, fields::health::at)},
                              {text(point, fields::health::checks)},
                              {text(point, fields::health::failed)},
                              {text(point, fields::health::response_time)},
                              {text(point, fields::health::max)}});
    }
    if (table.rows.empty()) return;
    call.out.write("\n");
    print_table(call.out, table, call.format);
}

}  // namespace

namespace {

Outcome whole(Invocation& call) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto answer = agent->system_health();
    if (!answer) return answer.error();
    if (!print_for_programs(call.out, *answer, call.format)) print_system_health(call.out, *answer);
    return text(*answer, fields::health::status) == name_of(Condition::unhealthy) ? ExitStatus::wrong_state
                                                                                  : ExitStatus::done;
}

/// Bars of its last hour, and the uptime of all ranges.
Result<> print_trends(Invocation& call, const std::string& name) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    std::vector<std::pair<std::string, std::string>> facts;
    for (const char* const range : {"1h", "24h", "7d", "30d", "90d"}) {
        const auto history = agent->part(name, "health/history", Query().add("range", range));
        if (!history) return history.error();
        const std::string line = trend_in_words(*history);
        if (!line.empty()) facts.emplace_back(range, line);
    }
    if (facts.empty()) return {};
    call.out.write("\n");
    print_facts(call.out, facts);
    return {};
}

}  // namespace

Outcome health(Invocation& call) {
    std::optional<std::string> server;
    std::string range;
    call.options.positional("NAME", server, "the server; without one, the agent and all", Completes::servers);
    call.options.value("-r,--range", "RANGE", range, "its checks over the last 1h, 24h, 7d, 30d or 90d");
    call.options.choices({"1h", "24h", "7d", "30d", "90d"});
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const bool over_time = !range.empty();
    const std::string name = server.value_or("");
    if (name.empty() && over_time)
        return Error{ErrorCode::validation_error, "--range: a server's name is expected"};
    if (name.empty()) return whole(call);
    const auto answer = over_time ? ask_about(call, name, "health/history", Query().add("range", range))
                                  : ask_about(call, name, "health");
    if (!answer) return answer.error();
    if (call.format.format() == Format::name) {
        call.out.write_foreign(name + "\n");
    } else if (!print_for_programs(call.out, *answer, call.format)) {
        over_time ? print_history(call, *answer) : print_now(call, *answer);
        if (!over_time) {
            if (const auto printed = print_trends(call, name); !printed) return printed.error();
        }
    }
    return text(*answer, fields::health::status) == name_of(Condition::unhealthy) ? ExitStatus::wrong_state
                                                                                  : ExitStatus::done;
}

}  // namespace mcpm::cli::commands
