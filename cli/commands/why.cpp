#include "cli/agent_absence.hpp"
#include "cli/commands/all.hpp"
#include "cli/own_fields.hpp"
#include "cli/selection.hpp"
#include "cli/server_view.hpp"
#include "cli/snapshot.hpp"
#include "cli/text_width.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/fields/run_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/why_fields.hpp"
#include "common/log_reader.hpp"
#include "common/reason.hpp"
#include "common/units.hpp"

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t runs_shown = 5;
constexpr std::uint64_t lines_from_disk = 10;

std::string run_ended(const Json& run, Timestamp now) {
    const std::string ended =
        last_exit_in_words(Json{{fields::server::last_exit, member(run, fields::run::exit)}}, now);
    const std::string stage = text(run, fields::run::stage);
    const std::string reason = text(run, fields::run::reason);
    std::string out = ended.empty() ? (stage.empty() ? "running" : "") : ended;
    if (!stage.empty()) out += (out.empty() ? "" : ", ") + std::string("failed at ") + stage;
    // The server is started once more at once, and asked by the older handshake: nothing that a person need
    // do.
    const bool is_older = reason == text_of(Ending::era_asked);
    if (!reason.empty()) out += is_older ? " (when asked which MCP it speaks)" : " (" + reason + ")";
    const std::string owner = text(run, fields::run::owner);
    if (!owner.empty()) out += ", of " + owner + " alone";
    return out;
}

// Wide: to the millisecond, and with the command of each run.
Table run_table(const Json& runs, std::size_t limit, Timestamp now, Width width) {
    const bool wide = width == Width::wide;
    Table table{{{"RUN", Shrink::last, Align::right},
                 {"STARTED", Shrink::last, wide ? Align::left : Align::right},
                 {"PID", Shrink::last, Align::right},
                 {"ENDED", Shrink::first}},
                {}};
    if (wide) table.columns.push_back({"COMMAND", Shrink::first});
    for (const Json& run : runs) {
        if (table.rows.size() == limit) break;
        table.rows.push_back({{text(run, fields::run::run)},
                              {wide ? text(run, fields::run::started_at)
                                    : age_since(text(run, fields::run::started_at), now) + " ago"},
                              {text(run, fields::run::pid)},
                              {harmless(run_ended(run, now))}});
        if (wide) table.rows.back().push_back({harmless(text(run, fields::run::command))});
    }
    return table;
}

Width width_of(const Invocation& call) {
    return call.format.format() == Format::wide ? Width::wide : Width::usual;
}

void print_lines(Invocation& call, const Json& lines) {
    if (!lines.is_array() || lines.empty()) return;
    call.out.write("\nLast lines\n");
    const std::size_t width = call.format.cuts() ? call.out.width() : 0;
    for (const Json& line : lines) {
        const std::string said = "  " + age_since(text(line, fields::log_line::time), now_utc()) + " ago  " +
                                 harmless(text(line, fields::log_line::text));
        call.out.write((width == 0 ? said : fit(said, width)) + "\n");
    }
}

void print_why(Invocation& call, const Json& why) {
    const Json& server = member(why, fields::why::server);
    const Timestamp now = now_utc();
    print_facts(call.out, {{"Server", text(server, fields::server::name)},
                           {"Status", status_in_words(server)},
                           {"Health", text(server, fields::server::health_status)},
                           {"Last exit", last_exit_in_words(server, now)},
                           {"Next retry", next_retry_in_words(server, now)},
                           {"Code", text(why, fields::why::code)},
                           {"Cause", text(why, fields::why::cause)},
                           {"Advice", text(why, fields::why::advice)}});
    const Json& notes = member(why, fields::why::notes);
    for (const Json& note : notes.is_array() ? notes : Json::array()) {
        call.out.write("! " + harmless(note.is_string() ? note.get<std::string>() : compact(note)) + "\n");
    }
    const Json& calls = member(why, fields::why::in_flight);
    if (calls.is_array() && !calls.empty()) call.out.write("\nIn flight\n");
    for (const Json& one : calls.is_array() ? calls : Json::array()) {
        call.out.write("  " + harmless(text(one, fields::why::method) + " " + text(one, fields::why::name)) +
                       ", since " + harmless(text(one, fields::why::since)) + "\n");
    }
    const Json& history = member(why, fields::why::runs);
    if (history.is_array() && !history.empty()) {
        call.out.write("\n");
        print_table(call.out, run_table(history, runs_shown, now, width_of(call)), call.format);
    }
    print_lines(call, member(why, fields::why::last_lines));
}

// From disk, while nobody answers: what the server was, and its last lines as they lie there.
Result<Json> why_from_disk(Invocation& call, const std::string& name, const Error& absent) {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    const auto snapshot = read_snapshot(*paths);
    if (!snapshot) return snapshot.error();
    say_stale(call.out, *snapshot, absence_in_words(*paths, absent), way_out_of_absence(*paths, absent),
              now_utc());
    auto server = find_server(snapshot->servers, name);
    if (!server) return server.error();
    Json lines = Json::array();
    LogQuery query;
    query.tail = lines_from_disk;
    const std::string id = text(*server, fields::server::id);
    if (is_server_id(id)) {
        // What cannot be read is not there.
        (void)LogReader(paths->logs() / id).read(query, [&](const LogLine& line) {
            lines.push_back(Json{{fields::log_line::time,
                                  format_time(std::chrono::time_point_cast<Timestamp::duration>(line.time))},
                                 {fields::log_line::text, std::string(line.text)}});
            return true;
        });
    }
    return ok(Json{{fields::why::server, std::move(*server)},
                   {fields::why::last_lines, std::move(lines)},
                   {own::stale, true}});
}

}  // namespace

Outcome why(Invocation& call) {
    std::string name;
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    // Whoever asks why starts nothing: an agent that is not there is part of the answer.
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    auto answer = agent ? agent->part(name, "why") : Result<Json>(agent.error());
    if (!answer && is_absence(answer.error())) answer = why_from_disk(call, name, answer.error());
    if (!answer) return agent ? with_suggestion(answer.error(), *agent, name) : answer.error();
    if (!print_for_programs(call.out, *answer, call.format)) {
        print_why(call, *answer);
    }
    return ExitStatus::done;
}

Outcome runs(Invocation& call) {
    std::string name;
    std::string limit = "20";
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.options.value("-n,--limit", "N", limit, "at most this many (default: 20)");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto answer = ask_about(call, name, "runs", Query().add("limit", limit));
    if (!answer) return answer.error();
    if (!print_for_programs(call.out, *answer, call.format)) {
        print_table(call.out, run_table(*answer, answer->size() + 1, now_utc(), width_of(call)), call.format);
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
