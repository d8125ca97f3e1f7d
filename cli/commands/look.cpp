// events, wait, upgrade: one request, one picture.
#include "cli/commands/all.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/shell_words.hpp"
#include "cli/text_width.hpp"
#include "cli/when.hpp"
#include "common/fields/event_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/upgrade_fields.hpp"
#include "common/units.hpp"
#include "common/whole_lines.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mcpm::cli::commands {

namespace {

std::string event_line(const Json& event, std::size_t width) {
    const std::string server = text(event, fields::event::server_name);
    const std::string actor = text(event, fields::event::actor);
    const std::string time = text(event, fields::event::at) + "  ";
    std::string line = text(event, fields::event::type) + "  ";
    const std::string message = text(event, fields::event::message);
    if (!server.empty() && message.find(server) == std::string::npos) line += server + "  ";
    line += message;
    if (!actor.empty() && actor != "agent") line += " (by " + actor + ")";
    return harmless(time) + wrapped(harmless(line), time.size(), width) + "\n";
}

// JSON lines as they come, whole lines only.
class EventLines {
  public:
    EventLines(Output& out, bool raw) : out_(out), raw_(raw) {}

    bool take(std::string_view bytes) {
        lines_.take(bytes, [this](std::string_view line) { print(line); });
        out_.flush();
        return true;
    }

  private:
    void print(std::string_view line) {
        const auto event = wire::parse(line);
        if (event) out_.write(raw_ ? compact(*event) + "\n" : event_line(*event, out_.width()));
    }

    Output& out_;
    bool raw_;
    WholeLines lines_;
};

}  // namespace

Outcome events(Invocation& call) {
    bool follow = false;
    std::string limit, since, server, type;
    call.options.flag("-f,--follow", follow, "go on printing what happens");
    call.options.value("-n,--limit", "N", limit, "at most this many of the past");
    call.options.value("--since", "TIME", since, "from then on: a time, yesterday, or an age such as 10m");
    call.options.value("--server", "NAME", server, "of one server");
    call.options.completes(Completes::servers);
    call.options.value("--type", "PREFIX", type, "of these types, e.g. server:");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    Query query;
    const auto from = time_for_agent("--since", since);
    if (!from) return from.error();
    query.add_if("limit", limit).add_if("since", *from).add_if("server", server).add_if("type", type);
    if (follow) {
        call.out.end_with_reader();
        query.add("follow", "1");
        EventLines lines(call.out, call.format.is_data());
        const auto ended = agent->stream("/api/events" + query.text(),
                                         [&](std::string_view bytes) { return lines.take(bytes); });
        if (!ended) return ended.error();
        return ExitStatus::done;
    }
    const auto answer = agent->events(query);
    if (!answer) return answer.error();
    if (!print_for_programs(call.out, *answer, call.format)) {
        call.out.start_pager();
        for (const Json& event : *answer) call.out.write(event_line(event, call.out.width()));
    }
    return ExitStatus::done;
}

namespace {

// One that is gone already is what is waited for.
Result<Json> wait_until_removed(AgentClient& agent, const std::string& name, const std::string& limit) {
    auto gone = agent.wait(name, Query().add("for", "removed").add("timeout", limit));
    if (!gone && gone.error().code == ErrorCode::server_not_found)
        return ok(Json{{fields::server::name, name}});
    return gone;
}

}  // namespace

Outcome wait(Invocation& call) {
    Selection selection;
    std::string state = "running";
    std::string timeout = "60s";
    selection.declare(call.options);
    call.options.value("--for", "STATE", state, "running, healthy, stopped or removed (default: running)");
    call.options.choices({"running", "healthy", "stopped", "removed"});
    call.options.value("--timeout", "TIME", timeout, "give up after this long (default: 60s)");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto limit = parse_duration(timeout);
    if (!limit) return Error{ErrorCode::validation_error, "--timeout: " + limit.error().message};
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto names = selection.names(*agent);
    const bool is_gone = !names && state == "removed" && names.error().code == ErrorCode::server_not_found;
    if (is_gone) return ExitStatus::done;
    if (!names) return names.error();
    return do_to_each(call, *names, "waiting for", [&](AgentClient& client, const std::string& name) {
        if (state == "removed") return wait_until_removed(client, name, timeout);
        return client.wait(name, Query().add("for", state).add("timeout", timeout));
    });
}

Outcome upgrade(Invocation& call) {
    std::string name;
    bool check = false;
    std::string version;
    call.options.positional("NAME", name, "a server from a package or an image", Completes::servers);
    call.options.flag("--check", check, "only look whether there is a newer version");
    call.options.value("--version", "VERSION", version, "this version instead of the newest that fits");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    Query query;
    if (check) query.add("check", "1");
    query.add_if("version", version);
    const auto answer = [&] {
        const Progress progress(call.out, (check ? "looking for a newer version of " : "upgrading ") + name,
                                {},
                                check ? ""
                                      : "interrupted; the agent goes on with it: `mcpm show " +
                                            in_shell_words(name) + "` says which version it became");
        return agent->upgrade(name, query);
    }();
    if (!answer) return with_suggestion(answer.error(), *agent, name);
    if (print_for_programs(call.out, *answer, call.format)) return ExitStatus::done;
    const std::string current = harmless(text(*answer, fields::upgrade::current));
    const std::string available = harmless(text(*answer, fields::upgrade::available));
    if (is_true(*answer, fields::upgrade::upgraded)) {
        call.out.write(harmless(name) + ": " + current + " -> " + available + "\n");
    } else if (available.empty() || available == current) {
        call.out.write(harmless(name) + ": " + current + " is the newest\n");
    } else {
        call.out.write(harmless(name) + ": " + current + ", available: " + available + "\n");
    }
    if (const std::string note = harmless(text(*answer, fields::upgrade::note)); !note.empty())
        call.out.write_error(note + "\n");
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
