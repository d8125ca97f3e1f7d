#include "cli/commands/all.hpp"
#include "cli/definition.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/start_progress.hpp"

namespace mcpm::cli::commands {

namespace {

// The same check the agent makes, before one is started for nothing.
Result<> check_definition(const Json& definition) {
    auto spec = wire::to_spec(definition);
    if (!spec) return spec.error();
    return validate(*spec);
}

Error explain_source(Error error) {
    if (error.hint.empty()) error.hint = "example: mcpm add web -- node server.js";
    return error;
}

}  // namespace

Outcome add(Invocation& call) {
    std::string name;
    Definition definition;
    bool start_it = false;
    call.options.positional("NAME", name, "what it is called: 1 to 64 printable characters");
    call.options.flag("--start", start_it, "start it and wait until it runs");
    definition.declare(call.options, DefinitionFor::add);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto given = definition.to_json(nullptr, process_environment());
    if (!given) return given.error();
    Json wanted{{"name", name}};
    wanted.update(*given);
    if (auto good = check_definition(wanted); !good) return explain_source(good.error());

    auto agent = call.agent();
    if (!agent) return agent.error();
    const bool package = wanted.contains("npm") || wanted.contains("pypi");
    auto server = [&] {
        const Progress progress(call.out, (package ? "installing " : "adding ") + name);
        return agent->create(wanted);
    }();
    if (!server) return server.error();
    say_notes(call, *server);
    if (start_it) {
        const Progress progress(call.out, "starting " + name, progress_of_start(name));
        const auto started = agent->act(name, "start");
        if (!started) {
            Error error = started.error();
            error.message = "'" + name + "' was added, but did not start: " + error.message;
            if (error.hint.empty()) error.hint = "`mcpm why " + name + "` says more";
            return error;
        }
        if (auto now = agent->server(name); now) server = std::move(now);
    }
    if (call.format.is_data()) {
        print_data(call.out, *server, call.format.format());
    } else {
        call.out.write_foreign(name + "\n");
    }
    return ExitStatus::done;
}

Outcome update(Invocation& call) {
    std::string name;
    Definition definition;
    bool restart_it = false;
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.options.flag("--now", restart_it, "restart it, so that the change takes effect");
    definition.declare(call.options, DefinitionFor::update);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto current = agent->server(name);
    if (!current) return with_suggestion(current.error(), *agent, name);
    const auto patch = definition.to_json(*current, process_environment());
    if (!patch) return patch.error();
    if (patch->empty()) {
        return Error{ErrorCode::validation_error,
                     "nothing to change was given",
                     {},
                     "`mcpm update --help` shows what can be"};
    }
    const Progress progress(call.out, "updating " + name);
    auto server = agent->patch(name, *patch);
    if (!server) return server.error();
    say_notes(call, *server);
    const bool running = text(*current, "status") != "stopped";
    if (restart_it && running) {
        if (const auto restarted = agent->act(name, "restart"); !restarted) return restarted.error();
    } else if (running) {
        call.out.note("takes effect at the next start: `mcpm restart " + name + "`");
    }
    if (call.format.is_data()) print_data(call.out, *server, call.format.format());
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
