#include "cli/clients/command_meaning.hpp"
#include "cli/command_words.hpp"
#include "cli/commands/all.hpp"
#include "cli/definition.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/selection.hpp"
#include "cli/server_view.hpp"
#include "cli/shell_words.hpp"
#include "cli/start_progress.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/package_registries.hpp"
#include "common/search_path.hpp"

#include <algorithm>

namespace mcpm::cli::commands {

namespace {

// The check that the agent makes, before an agent is started for nothing.
Result<ServerSpec> check_definition(const Json& definition) {
    auto spec = wire::to_spec(definition);
    if (!spec) return spec;
    if (auto good = validate(*spec); !good) return good.error();
    return spec;
}

/// Of a change that the agent will take; what it will not take it says itself.
void say_new_risks(Output& out, const Json& current, const Json& patch) {
    const auto before = wire::to_view(current);
    if (!before) return;
    const auto after = wire::merge_spec(before->spec, patch);
    if (after) say_risks(out, *after, &before->spec);
}

// The servers' PATH and the terminal's may differ: whoever can start it by hand is told where it lies.
Error where_terminal_has_it(Error error, const Json& wanted) {
    const std::string program = text(wanted, fields::server::command);
    if (error.code != ErrorCode::cannot_launch || program.empty() || program.find('/') != std::string::npos)
        return error;
    const auto found = programs_on_path(program, typed_in_here().path);
    if (found.empty()) return error;
    error.hint = "your terminal has it at " + found.front() + ": mcpm update " +
                 in_shell_words(text(wanted, fields::server::name)) + " -- " + in_shell_words(found.front()) +
                 " …";
    return error;
}

Error explain_source(Error error) {
    if (error.hint.empty()) error.hint = "example: mcpm add web -- node server.js";
    return error;
}

// A person who adds a server stands in its folder, as with every other program that is started from a shell.
void take_current_folder(Json& wanted) {
    if (wanted.contains(fields::server::image) || wanted.contains(fields::server::url)) return;
    Json& config = wanted[fields::server::config];
    if (!config.is_object()) config = Json::object();
    const std::string folder = typed_in_here().folder;
    if (!config.contains(fields::config::cwd) && folder.starts_with('/'))
        config[fields::config::cwd] = folder;
}

/// `-- npx -y PKG` and its like become what they start, unless it is no MCP server, or the words shall stay.
void take_meaning(Invocation& call, Json& wanted) {
    if (!wanted.contains(fields::server::command) ||
        member(wanted, fields::server::config).contains(fields::config::transport))
        return;
    std::vector<std::string> words{text(wanted, fields::server::command)};
    for (const Json& word : member(wanted, fields::server::args)) words.push_back(word.get<std::string>());
    const auto meaning = meaning_of(words);
    if (!meaning) return;
    wanted.erase(fields::server::command);
    wanted.erase(fields::server::args);
    Json config = member(meaning->definition, fields::server::config);
    const Environment environment = process_environment();
    for (const std::string& name : meaning->variables) {
        if (const auto value = environment(name.c_str())) config[fields::config::environment][name] = *value;
    }
    if (wanted.contains(fields::server::config)) config.merge_patch(wanted[fields::server::config]);
    wanted.update(meaning->definition);
    if (!config.is_null()) wanted[fields::server::config] = std::move(config);
    call.out.note("taken as " + meaning->what + ", which is " +
                  (wanted.contains(fields::server::image) ? "run" : "installed once, pinned and started") +
                  " directly; --as-is keeps the command");
}

// For a person at a terminal: where it runs, and what to type next.
void say_next_step(Invocation& call, const Json& server, bool started) {
    if (!call.out.error_is_terminal()) return;
    const std::string name = in_shell_words(text(server, fields::server::name));
    const std::string folder = text(member(server, fields::server::config), fields::config::cwd);
    if (!folder.empty() && text(server, fields::server::type) == "process")
        call.out.note("its working folder: " + folder);
    const bool lazy = is_true(member(server, fields::server::config), fields::config::lazy);
    call.out.note(started && lazy ? "it sleeps until the first request"
                  : started       ? "it runs. Its tools: `mcpm tools list " + name +
                                  "`; for an AI client: `mcpm client connect CLIENT`"
                  : lazy ? "it sleeps until the first request; `mcpm tools list " + name + "` wakes it"
                         : "start it with `mcpm start " + name + "`");
}

}  // namespace

Outcome add(Invocation& call) {
    std::string name;
    Definition definition;
    bool start_it = false;
    bool as_is = false;
    call.options.positional("NAME", name, "what it is called: 1 to 64 printable characters");
    call.options.flag("--start", start_it, "start it and wait until it runs");
    call.options.flag(
        "--as-is", as_is,
        "keep the command: npx, uvx and docker run are not taken as the package or image they start");
    definition.declare(call.options, DefinitionFor::add);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto given = definition.to_json(nullptr, process_environment());
    if (!given) return given.error();
    Json wanted{{fields::server::name, name}};
    wanted.update(*given);
    if (!as_is) take_meaning(call, wanted);
    take_current_folder(wanted);
    const auto spec = check_definition(wanted);
    if (!spec) return explain_source(spec.error());
    say_risks(call.out, *spec);

    auto agent = call.agent();
    if (!agent) return agent.error();
    const bool package = std::any_of(package_registries.begin(), package_registries.end(),
                                     [&](const char* registry) { return wanted.contains(registry); });
    auto server = [&] {
        const Progress progress(call.out, (package ? "installing " : "adding ") + name, {},
                                agent_goes_on(name));
        return agent->create(wanted);
    }();
    if (!server) return server.error();
    say_notes(call, *server);
    // A lazy one is asleep from the beginning: a call wakes it, and no process is started for that.
    if (start_it || is_true(member(*server, fields::server::config), fields::config::lazy)) {
        const Progress progress(call.out, "starting " + name, progress_of_start(name));
        const auto started = agent->act(name, "start");
        if (!started) {
            Error error = started.error();
            error.message = "'" + name + "' was added, but did not start: " + error.message;
            if (error.hint.empty()) error.hint = "`mcpm why " + in_shell_words(name) + "` says more";
            return where_terminal_has_it(std::move(error), wanted);
        }
        if (auto now = agent->server(name); now) server = std::move(now);
    }
    if (!print_for_programs(call.out, *server, call.format)) {
        call.out.write_foreign(name + "\n");
        call.out.flush();
        say_next_step(call, *server, start_it);
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
    if (patch->empty() && restart_it && !pending_in_words(*current).empty()) {
        const Progress progress(call.out, "restarting " + name);
        auto restarted = agent->act(name, "restart");
        if (!restarted) return restarted.error();
        print_for_programs(call.out, *restarted, call.format);
        return ExitStatus::done;
    }
    if (patch->empty()) {
        return Error{ErrorCode::validation_error,
                     "nothing to change was given",
                     {},
                     "`mcpm update --help` shows what can be"};
    }
    say_new_risks(call.out, *current, *patch);
    const Progress progress(call.out, "updating " + name);
    auto server = agent->patch(name, *patch);
    if (!server) return server.error();
    say_notes(call, *server);
    const bool running = status_of(*current) != ShownStatus::stopped;
    if (restart_it && running) {
        if (const auto restarted = agent->act(name, "restart"); !restarted) return restarted.error();
    } else if (running) {
        call.out.note("takes effect at the next start: `mcpm restart " + in_shell_words(name) + "`");
    }
    print_for_programs(call.out, *server, call.format);
    return ExitStatus::done;
}

Outcome rename(Invocation& call) {
    std::string name;
    std::string to;
    call.options.positional("OLD", name, "the server, by name or id", Completes::servers);
    call.options.positional("NEW", to, "what it is called from now on; its id, log and history stay");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (const auto good = validate_name(to); !good) return good.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto names = server_names(*agent, {name});
    if (!names) return names.error();
    if (names->size() != 1)
        return Error{ErrorCode::validation_error,
                     "'" + name + "' means " + std::to_string(names->size()) + " servers"};
    const auto server = agent->patch(names->front(), Json{{fields::server::name, to}});
    if (!server) return with_suggestion(server.error(), *agent, name);
    print_for_programs(call.out, *server, call.format);
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
