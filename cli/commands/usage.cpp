// usage: who calls which tools how much, and what nobody uses.
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "cli/text_width.hpp"
#include "common/fields/usage_fields.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::cli::commands {

namespace {

std::string milliseconds(const Json& row, const char* key) {
    const auto value = number(row, key);
    return value ? fmt::format("{:.1f}", *value) : "";
}

std::string size(const Json& row, const char* key) {
    return format_bytes(static_cast<std::uint64_t>(integer(row, key).value_or(0)));
}

Table usage_table(const std::string& by, const Json& rows) {
    const auto right = [](const char* title, unsigned drop) {
        return Column{title, Shrink::last, Align::right, drop};
    };
    Table table;
    if (by == "server" || by == "tool") table.columns.push_back({"SERVER", Shrink::first});
    if (by == "tool") table.columns.push_back({"TOOL", Shrink::first});
    if (by == "client") table.columns.push_back({"CLIENT", Shrink::first});
    if (by == "day") table.columns.push_back({"DAY"});
    for (const auto& column : {right("CALLS", 0), right("ERRORS", 1), right("P50 MS", 3), right("P95 MS", 2),
                               right("IN", 6), right("OUT", 5), right("TOKENS", 4)})
        table.columns.push_back(column);
    for (const Json& row : rows) {
        std::vector<Cell> cells;
        for (const char* const key :
             {fields::usage::server, fields::usage::tool, fields::usage::client, fields::usage::day}) {
            const bool has = by == key || (by == "tool" && std::string_view(key) == "server");
            if (has) cells.push_back({harmless(text(row, key))});
        }
        const auto tokens = integer(row, fields::usage::tokens_in).value_or(0) +
                            integer(row, fields::usage::tokens_out).value_or(0);
        for (auto& more : {text(row, fields::usage::calls), text(row, fields::usage::errors),
                           milliseconds(row, fields::usage::p50_ms), milliseconds(row, fields::usage::p95_ms),
                           size(row, fields::usage::bytes_in), size(row, fields::usage::bytes_out),
                           std::to_string(tokens)})
            cells.push_back({more});
        table.rows.push_back(std::move(cells));
    }
    return table;
}

/// At a terminal.
constexpr std::size_t most_named = 12;

void print_unused(Invocation& call, const Json& usage) {
    const std::size_t width = call.format.cuts() ? call.out.width() : 0;
    const Json& unused = member(usage, fields::usage::unused_tools);
    if (unused.is_array() && !unused.empty()) {
        call.out.write("\nTools that nobody called\n");
        for (const Json& server : unused) {
            const Json& tools = member(server, fields::usage::tools);
            std::string line = "  " + text(server, fields::usage::server) + ": ";
            std::size_t named = 0;
            for (const Json& tool : tools) {
                if (width > 0 && named == most_named) break;
                if (named++ > 0) line += ", ";
                if (tool.is_string()) line += tool.get<std::string>();
            }
            if (named < tools.size())
                line += fmt::format(", and {} more (--no-trunc shows them)", tools.size() - named);
            call.out.write(wrapped(harmless(line), 4, width) + "\n");
        }
    }
    const Json& idle = member(usage, fields::usage::idle_servers);
    if (!idle.is_array() || idle.empty()) return;
    call.out.write("\nServers that run and nobody called: lazy ones would sleep\n");
    for (const Json& server : idle) {
        call.out.write("  " + size(server, fields::usage::memory_bytes) + "  " +
                       harmless(text(server, fields::usage::server)) + ":  " +
                       harmless(text(server, fields::usage::advice)) + "\n");
    }
}

/// What was asked for, of one call after the other.
struct OneByOne {
    bool is_asked = false;
    std::string server, tool, trace, limit;
    bool narrows() const { return !server.empty() || !tool.empty() || !trace.empty() || !limit.empty(); }
};

std::string arguments_of(const Json& row) {
    const Json& whole = member(row, fields::usage::arguments);
    return whole.is_null() ? text(row, fields::usage::arguments_cut) : compact(whole);
}

Table calls_table(const Json& rows) {
    const auto right = [](const char* title, unsigned drop) {
        return Column{title, Shrink::last, Align::right, drop};
    };
    Table table;
    table.columns = {{"AT"},
                     {"SERVER", Shrink::first},
                     {"TOOL", Shrink::first},
                     {"CLIENT", Shrink::first, Align::left, 2},
                     {"OUTCOME"},
                     right("MS", 1),
                     right("IN", 5),
                     right("OUT", 4),
                     right("TOKENS", 3)};
    const bool has_arguments =
        std::any_of(rows.begin(), rows.end(), [](const Json& row) { return !arguments_of(row).empty(); });
    if (has_arguments) table.columns.push_back({"ARGUMENTS", Shrink::first});
    for (const Json& row : rows) {
        const auto tokens = integer(row, fields::usage::tokens_in).value_or(0) +
                            integer(row, fields::usage::tokens_out).value_or(0);
        std::vector<Cell> cells{{text(row, fields::usage::at)},
                                {harmless(text(row, fields::usage::server))},
                                {harmless(text(row, fields::usage::tool))},
                                {harmless(text(row, fields::usage::client))},
                                {text(row, fields::usage::outcome)},
                                {milliseconds(row, fields::usage::duration_ms)},
                                {size(row, fields::usage::bytes_in)},
                                {size(row, fields::usage::bytes_out)},
                                {std::to_string(tokens)}};
        if (has_arguments) cells.push_back({harmless(arguments_of(row))});
        table.rows.push_back(std::move(cells));
    }
    return table;
}

Outcome print_calls(Invocation& call, AgentClient& agent, const OneByOne& asked, const std::string& range) {
    const auto rows = agent.calls(Query()
                                      .add("range", range)
                                      .add_if("server", asked.server)
                                      .add_if("tool", asked.tool)
                                      .add_if("trace", asked.trace)
                                      .add_if("limit", asked.limit));
    if (!rows) return rows.error();
    if (print_for_programs(call.out, *rows, call.format)) return ExitStatus::done;
    if (rows->empty()) {
        call.out.write("No such call in the last " + range + "\n");
        return ExitStatus::done;
    }
    const auto printed = print_table(call.out, calls_table(*rows), call.format);
    if (!printed) return printed.error();
    return ExitStatus::done;
}

}  // namespace

Outcome usage(Invocation& call) {
    std::string by = "tool";
    std::string range = "30d";
    bool shows_outgoing = false;
    call.options.value("--by", "WHAT", by, "sum up by server, tool, client or day (default: tool)");
    call.options.choices({"server", "tool", "client", "day"});
    call.options.value("-r,--range", "RANGE", range, "the last 1h, 24h, 7d or 30d (default: 30d)");
    call.options.choices({"1h", "24h", "7d", "30d"});
    call.options.flag("--show-outgoing", shows_outgoing,
                      "print what would be sent on, were ANALYTICS_ENDPOINT set");
    OneByOne calls;
    call.options.flag("--calls", calls.is_asked, "the newest calls one by one, in place of sums");
    call.options.value("--server", "NAME", calls.server, "with --calls: of this server");
    call.options.value("--tool", "TOOL", calls.tool, "with --calls: of this tool");
    call.options.value("--trace", "ID", calls.trace, "with --calls: that are part of this trace");
    call.options.value("-n,--limit", "N", calls.limit, "with --calls: how many (default: 50)");
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    if (!calls.is_asked && calls.narrows())
        return Error{ErrorCode::validation_error, "--server, --tool, --trace and --limit go with --calls"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    if (calls.is_asked) return print_calls(call, *agent, calls, range);
    if (shows_outgoing) {
        const auto batch = agent->outgoing();
        if (!batch) return batch.error();
        call.out.write(pretty(*batch) + "\n");
        return ExitStatus::done;
    }
    const auto answer = agent->usage(Query().add("by", by).add("range", range));
    if (!answer) return answer.error();
    if (print_for_programs(call.out, *answer, call.format)) return ExitStatus::done;
    const Json& rows = member(*answer, fields::usage::rows);
    const bool is_recorded = is_true(*answer, fields::usage::recorded);
    if (!rows.is_array() || rows.empty()) {
        call.out.write(is_recorded ? "No tool was called in the last " + range + "\n"
                                   : "No call of the last " + range + " is recorded\n");
    } else if (const auto printed = print_table(call.out, usage_table(by, rows), call.format); !printed) {
        return printed.error();
    }
    print_unused(call, *answer);
    if (!is_recorded)
        call.out.note("calls are not recorded: MCPM_RECORD_CALLS is off in the agent's environment");
    if (integer(*answer, fields::usage::lost).value_or(0) > 0)
        call.out.note(text(*answer, fields::usage::lost) + " calls could not be recorded");
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
