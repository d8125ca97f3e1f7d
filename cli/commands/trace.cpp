#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/own_fields.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/trace_lines.hpp"
#include "cli/trace_replay.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/trace_fields.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"
#include "common/whole_lines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_recording = 256UL * 1024 * 1024;

struct Asked {
    std::string server;
    std::string record, replay;
    bool full = false;
    std::string timeout = "60s";
};

/// JSON lines as they arrive, printed or recorded line by line.
class Lines {
  public:
    Lines(Output& out, bool raw) : out_(out), raw_(raw) {}

    bool take(std::string_view bytes) {
        lines_.take(bytes, [this](std::string_view line) {
            const auto record = wire::parse_answer(line);
            if (record) out_.write(raw_ ? compact(*record) + "\n" : trace_text(*record));
        });
        out_.flush();
        return true;
    }

  private:
    Output& out_;
    bool raw_;
    WholeLines lines_;
};

Outcome follow(Invocation& call, AgentClient& agent, const Asked& asked, Lines lines) {
    Query query;
    query.add("follow", "1");
    call.out.end_with_reader();
    if (call.out.error_is_terminal() && asked.record.empty())
        call.out.note("what passes from now on is shown; Ctrl-C ends it");
    if (asked.full || !asked.record.empty()) query.add("full", "1");
    const auto ended = agent.stream(server_path(asked.server) + "/trace" + query.text(),
                                    [&](std::string_view bytes) { return lines.take(bytes); });
    if (!ended) return with_suggestion(ended.error(), agent, asked.server);
    call.out.note("the agent has ended the stream");
    return ExitStatus::done;
}

Outcome record(Invocation& call, AgentClient& agent, const Asked& asked) {
    const auto server = agent.server(asked.server);
    if (!server) return with_suggestion(server.error(), agent, asked.server);
    // Redacted, and still nobody else's business.
    const UniqueFd file(::open(asked.record.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return system_error("write " + asked.record, errno);
    Output to_file(file.get(), 2);
    to_file.write(recording_header(text(*server, fields::server::name), format_time(now_utc())));
    to_file.flush();
    call.out.note("recording to " + asked.record +
                  "; Ctrl-C ends it. Look through it before you pass it on.");
    return follow(call, agent, asked, Lines(to_file, true));
}

Json replay_one(ReplayClient& client, const RecordedCall& one) {
    Json row{
        {fields::trace::method, one.method}, {fields::trace::name, one.name}, {own::recorded, one.outcome}};
    if (!one.left_out.empty()) {
        row[own::left_out] = one.left_out;
        return row;
    }
    const auto answer = client.ask(one.method, one.params);
    row[own::replayed] = answer ? outcome_of(*answer) : "failed";
    if (!answer) row[own::why] = answer.error().message;
    if (answer && answer->contains(fields::mcp::error))
        row[own::why] = text((*answer)[fields::mcp::error], fields::mcp::message);
    row[own::same] = row[own::replayed] == row[own::recorded];
    return row;
}

std::string replay_text(const Json& row) {
    std::string line = text(row, own::method);
    const std::string name = text(row, own::name);
    if (!name.empty()) line += " " + name;
    const std::string left_out = text(row, own::left_out);
    if (!left_out.empty()) return harmless(line + ": not sent, " + left_out) + "\n";
    line += ": " + text(row, own::replayed);
    const std::string recorded = text(row, own::recorded);
    line += is_true(row, own::same)
                ? ", as recorded"
                : ", recorded " + (recorded.empty() ? std::string("without an answer") : recorded);
    const std::string why = text(row, own::why);
    if (!why.empty() && !is_true(row, own::same)) line += " (" + why + ")";
    return harmless(line) + "\n";
}

Outcome replay(Invocation& call, AgentClient& agent, const Asked& asked) {
    const auto recording = read_input(asked.replay, largest_recording);
    if (!recording) return recording.error();
    const auto calls = read_recording(*recording);
    if (!calls)
        return Error{calls.error().code, asked.replay + ": " + calls.error().message, {}, calls.error().hint};
    const auto patience = parse_duration(asked.timeout);
    if (!patience) return patience.error();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto client = ReplayClient::open(*paths, asked.server, *patience);
    if (!client) return with_suggestion(client.error(), agent, asked.server);
    Json rows = Json::array();
    bool all_same = true;
    for (const RecordedCall& one : *calls) {
        rows.push_back(replay_one(*client, one));
        const Json& row = rows.back();
        all_same = all_same && (row.contains(own::left_out) || is_true(row, own::same));
        if (!call.format.is_data()) call.out.write(replay_text(row));
        call.out.flush();
    }
    if (call.format.is_data()) print_data(call.out, rows, call.format);
    return all_same ? ExitStatus::done : ExitStatus::wrong_state;
}

}  // namespace

Outcome trace(Invocation& call) {
    Asked asked;
    call.options.positional("NAME", asked.server, "the server", Completes::servers);
    call.options.flag("--full", asked.full, "with the messages themselves, redacted");
    call.options.value("--record", "FILE", asked.record, "write what passes to a file, for a bug report");
    call.options.value("--replay", "FILE", asked.replay,
                       "send the requests of a recording again and compare how they end");
    call.options.value("--timeout", "TIME", asked.timeout,
                       "how long a replayed call may take (default: 60s)");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (!asked.record.empty() && !asked.replay.empty())
        return Error{ErrorCode::validation_error, "--record and --replay exclude each other"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    if (!asked.replay.empty()) return replay(call, *agent, asked);
    if (!asked.record.empty()) return record(call, *agent, asked);
    return follow(call, *agent, asked, Lines(call.out, call.format.is_data()));
}

}  // namespace mcpm::cli::commands
