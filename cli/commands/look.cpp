// stats, events, wait, upgrade: one request, one picture.
#include "cli/commands/all.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/text_width.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

namespace mcpm::cli::commands {

namespace {

std::string bytes_in_words(const Json& object, const char* key) {
    const auto value = integer(object, key);
    return value && *value >= 0 ? format_bytes(static_cast<std::uint64_t>(*value)) : "";
}

std::vector<Cell> stats_row(const std::string& name, const Json& stats) {
    const Json& log = member(stats, "log");
    const Json& calls = member(stats, "calls");
    const auto cpu = number(stats, "cpuSeconds");
    return {{harmless(name)},
            {text(stats, "pid")},
            {bytes_in_words(stats, "memoryBytes")},
            {cpu ? fmt::format("{:.1f}s", *cpu) : ""},
            {text(stats, "processes")},
            {text(stats, "restarts")},
            {text(log, "lines")},
            {bytes_in_words(log, "bytes")},
            {text(log, "droppedLines")},
            {text(calls, "total")},
            {text(calls, "errors")}};
}

Table stats_table() {
    const auto right = [](const char* title) { return Column{title, Shrink::last, Align::right}; };
    return {{{"NAME", Shrink::first},
             right("PID"),
             right("MEMORY"),
             right("CPU"),
             right("PROCS"),
             right("RESTARTS"),
             right("LINES"),
             right("LOG"),
             right("DROPPED"),
             right("CALLS"),
             right("ERRORS")},
            {}};
}

std::string event_line(const Json& event, std::size_t width) {
    const std::string server = text(event, "serverName");
    const std::string actor = text(event, "actor");
    const std::string time = text(event, "at") + "  ";
    std::string line = text(event, "type") + "  ";
    const std::string message = text(event, "message");
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
        rest_ += bytes;
        std::size_t from = 0;
        for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
            print(std::string_view(rest_).substr(from, end - from));
            from = end + 1;
        }
        rest_.erase(0, from);
        out_.flush();
        return true;
    }

  private:
    void print(std::string_view line) {
        if (line.empty()) return;
        const auto event = wire::parse(line);
        if (event) out_.write(raw_ ? compact(*event) + "\n" : event_line(*event, out_.width()));
    }

    Output& out_;
    bool raw_;
    std::string rest_;
};

}  // namespace

Outcome stats(Invocation& call) {
    std::vector<std::string> names;
    call.options.positionals("NAME…", names, "servers; without one, all", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    if (names.empty()) {
        const auto servers = agent->servers();
        if (!servers) return servers.error();
        for (const Json& server : *servers) names.push_back(text(server, "name"));
    }
    Json all = Json::array();
    Table table = stats_table();
    for (const std::string& name : names) {
        const auto answer = agent->part(name, "stats");
        if (!answer) return with_suggestion(answer.error(), *agent, name);
        table.rows.push_back(stats_row(name, *answer));
        Json named{{"name", name}};
        named.update(*answer);
        all.push_back(std::move(named));
    }
    if (call.format.is_data()) {
        print_data(call.out, all, call.format.format());
    } else {
        print_table(call.out, table, call.format);
    }
    return ExitStatus::done;
}

Outcome events(Invocation& call) {
    bool follow = false;
    std::string limit, since, server, type;
    call.options.flag("-f,--follow", follow, "go on printing what happens");
    call.options.value("-n,--limit", "N", limit, "at most this many of the past");
    call.options.value("--since", "TIME", since, "from then on: a time, or an age such as 10m");
    call.options.value("--server", "NAME", server, "of one server");
    call.options.value("--type", "PREFIX", type, "of these types, e.g. server:");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    Query query;
    query.add_if("limit", limit).add_if("since", since).add_if("server", server).add_if("type", type);
    if (follow) {
        query.add("follow", "1");
        EventLines lines(call.out, call.format.is_data());
        const auto ended = agent->stream("/api/events" + query.text(),
                                         [&](std::string_view bytes) { return lines.take(bytes); });
        if (!ended) return ended.error();
        return ExitStatus::done;
    }
    const auto answer = agent->events(query);
    if (!answer) return answer.error();
    if (call.format.is_data()) {
        print_data(call.out, *answer, call.format.format());
    } else {
        for (const Json& event : *answer) call.out.write(event_line(event, call.out.width()));
    }
    return ExitStatus::done;
}

Outcome wait(Invocation& call) {
    std::string name;
    std::string state = "running";
    std::string timeout = "60s";
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.options.value("--for", "STATE", state, "running, healthy or stopped (default: running)");
    call.options.choices({"running", "healthy", "stopped"});
    call.options.value("--timeout", "TIME", timeout, "give up after this long (default: 60s)");
    if (!call.parse()) return call.outcome();
    if (const auto valid = parse_duration(timeout); !valid) return valid.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const Progress progress(call.out, "waiting for " + name + " to be " + state);
    const auto done = agent->wait(name, Query().add("for", state).add("timeout", timeout));
    if (!done) return with_suggestion(done.error(), *agent, name);
    return ExitStatus::done;
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
        const Progress progress(call.out, (check ? "looking for a newer " : "upgrading ") + name);
        return agent->upgrade(name, query);
    }();
    if (!answer) return with_suggestion(answer.error(), *agent, name);
    if (call.format.is_data()) {
        print_data(call.out, *answer, call.format.format());
        return ExitStatus::done;
    }
    const std::string current = harmless(text(*answer, "current"));
    const std::string available = harmless(text(*answer, "available"));
    if (is_true(*answer, "upgraded")) {
        call.out.write(harmless(name) + ": " + current + " -> " + available + "\n");
    } else if (available.empty() || available == current) {
        call.out.write(harmless(name) + ": " + current + " is the newest\n");
    } else {
        call.out.write(harmless(name) + ": " + current + ", available: " + available + "\n");
    }
    if (const std::string note = harmless(text(*answer, "note")); !note.empty())
        call.out.write_error(note + "\n");
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
