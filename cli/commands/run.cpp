// start, stop, restart, enable, disable, remove: one thing done to each of some servers, all at once.
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"

#include <unistd.h>

#include <mutex>
#include <string>
#include <vector>

namespace mcpm::cli::commands {

namespace {

Result<> forget_answer(const Result<Json>& answer) {
    if (!answer) return answer.error();
    return {};
}

Outcome for_each(Invocation& call, const Selection& selection, const std::string& doing, bool verbose,
                 const ServerAction& action) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto names = selection.names(*agent);
    if (!names) return names.error();
    auto outcome = do_to_each(call, *names, doing, action);
    if (verbose && outcome && *outcome == ExitStatus::done) {
        for (const std::string& name : *names) call.out.write_foreign(name + "\n");
    }
    return outcome;
}

Outcome act(Invocation& call, const char* action, const std::string& doing) {
    Selection selection;
    bool verbose = false;
    selection.declare(call.options);
    call.options.flag("-v,--verbose", verbose, "print the names when it is done");
    if (!call.parse()) return call.outcome();
    std::mutex guard;
    std::vector<std::string> asleep;
    const auto one = [&, action](AgentClient& agent, const std::string& name) {
        const auto answer = agent.act(name, action);
        if (answer && text(*answer, "statusReason") == "asleep") {
            const std::lock_guard lock(guard);
            asleep.push_back(name);
        }
        auto done = forget_answer(answer);
        const bool hints =
            !done && done.error().hint.empty() &&
            (done.error().code == ErrorCode::cannot_launch || done.error().code == ErrorCode::died_at_start);
        if (!hints) return done;
        Error error = done.error();
        error.hint = "`mcpm why " + name + "` says more";
        return Result<>(std::move(error));
    };
    auto outcome = for_each(call, selection, doing, verbose, one);
    for (const std::string& name : asleep) call.out.note("'" + name + "' sleeps until the first request");
    return outcome;
}

Outcome set_enabled(Invocation& call, bool enabled) {
    Selection selection;
    bool now = false;
    bool verbose = false;
    selection.declare(call.options);
    if (enabled) call.options.flag("--now", now, "start them too");
    call.options.flag("-v,--verbose", verbose, "print the names when it is done");
    if (!call.parse()) return call.outcome();
    return for_each(call, selection, enabled ? "enabling" : "disabling", verbose,
                    [=](AgentClient& agent, const std::string& name) {
                        const Json patch{{"config", {{"enabled", enabled}}}};
                        auto done = forget_answer(agent.patch(name, patch));
                        // First disabled, then stopped: nothing may start it in between.
                        if (!done || (enabled && !now)) return done;
                        return forget_answer(agent.act(name, enabled ? "start" : "stop"));
                    });
}

Result<> remove_one(AgentClient& agent, const std::string& name, bool force) {
    if (!force) {
        const auto server = agent.server(name);
        if (!server) return server.error();
        const std::string status = text(*server, "status");
        const bool up = status == "running" || status == "starting" || status == "stopping";
        if (up) {
            return Error{ErrorCode::conflict,
                         "'" + name + "' is " + status + " and was not removed",
                         {},
                         "stop it first, or `mcpm remove -f " + name + "` stops and removes it"};
        }
    }
    return forget_answer(agent.remove(name));
}

}  // namespace

Outcome start(Invocation& call) {
    return act(call, "start", "starting");
}
Outcome stop(Invocation& call) {
    return act(call, "stop", "stopping");
}
Outcome restart(Invocation& call) {
    return act(call, "restart", "restarting");
}
Outcome enable(Invocation& call) {
    return set_enabled(call, true);
}
Outcome disable(Invocation& call) {
    return set_enabled(call, false);
}

Outcome remove(Invocation& call) {
    Selection selection;
    bool force = false;
    bool verbose = false;
    selection.declare(call.options);
    call.options.flag("-f,--force", force, "stop those that run first");
    call.options.flag("-v,--verbose", verbose, "print the names when it is done");
    if (!call.parse()) return call.outcome();
    return for_each(
        call, selection, "removing", verbose,
        [force](AgentClient& agent, const std::string& name) { return remove_one(agent, name, force); });
}

}  // namespace mcpm::cli::commands
