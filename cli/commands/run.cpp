// start, stop, restart, enable, disable, remove: one thing done to each of some servers, all at once.
#include "cli/commands/all.hpp"
#include "cli/confirm.hpp"
#include "cli/selection.hpp"
#include "cli/server_view.hpp"
#include "cli/shell_words.hpp"
#include "common/enum_names.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/units.hpp"

#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

namespace mcpm::cli::commands {

namespace {

struct Doing {
    std::string words;  // "starting"
    bool verbose = false;
};

Outcome for_each(Invocation& call, const Selection& selection, const Doing& doing,
                 const ServerAction& action) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto names = selection.names(*agent);
    if (!names) return names.error();
    const Missing missing = selection.is_lenient() ? Missing::is_fine : Missing::is_an_error;
    auto outcome = do_to_each(call, *names, doing.words, action, missing);
    const bool printed = call.format.is_data() || call.format.format() == Format::name;
    if (doing.verbose && !printed && outcome && *outcome == ExitStatus::done) {
        for (const std::string& name : *names) call.out.write_foreign(name + "\n");
    }
    return outcome;
}

// The agent goes on with what was begun; only the waiting ends.
Error over_time(const std::string& name, const std::string& doing, const std::string& limit) {
    return {ErrorCode::timed_out,
            doing + " '" + name + "' takes longer than " + limit + " and goes on",
            {},
            "`mcpm status " + in_shell_words(name) + "` shows how it is"};
}

Outcome act_on_all(Invocation& call, const char* action, const std::string& doing) {
    Selection selection;
    bool verbose = false;
    std::string timeout;
    const bool ends = std::string_view(action) == "stop";
    ends ? selection.declare_lenient(call.options) : selection.declare(call.options);
    call.options.value("--timeout", "TIME", timeout, "wait no longer than this; what was begun goes on");
    call.options.flag("-v,--verbose", verbose, "print the names when it is done");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto limit = std::chrono::milliseconds(no_limit);
    if (!timeout.empty()) {
        const auto read = parse_duration(timeout);
        if (!read) return Error{ErrorCode::validation_error, "--timeout: " + read.error().message};
        limit = std::max(std::chrono::milliseconds(*read), std::chrono::milliseconds(1));
    }
    std::mutex guard;
    std::vector<std::string> asleep;
    const auto one = [&, action](AgentClient& agent, const std::string& name) -> Result<Json> {
        auto answer = agent.act(name, action, limit);
        if (answer && text(*answer, fields::server::status_reason) == text_of(Reason::asleep)) {
            const std::lock_guard lock(guard);
            asleep.push_back(name);
        }
        if (answer) return answer;
        Error error = answer.error();
        if (!timeout.empty() && error.code == ErrorCode::timed_out && error.details.empty())
            return over_time(name, doing, timeout);
        const bool failed = error.code == ErrorCode::cannot_launch || error.code == ErrorCode::died_at_start;
        if (failed && error.hint.empty()) error.hint = "`mcpm why " + in_shell_words(name) + "` says more";
        return error;
    };
    auto outcome = for_each(call, selection, {doing, verbose}, one);
    for (const std::string& name : asleep) call.out.note("'" + name + "' sleeps until the first request");
    return outcome;
}

Outcome set_enabled(Invocation& call, bool enabled) {
    Selection selection;
    bool now = false;
    bool verbose = false;
    enabled ? selection.declare(call.options) : selection.declare_lenient(call.options);
    if (enabled) call.options.flag("--now", now, "start them too");
    call.options.flag("-v,--verbose", verbose, "print the names when it is done");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    return for_each(call, selection, {enabled ? "enabling" : "disabling", verbose},
                    [=](AgentClient& agent, const std::string& name) {
                        const Json patch{{fields::server::config, {{fields::config::enabled, enabled}}}};
                        auto done = agent.patch(name, patch);
                        // First disabled, then stopped: nothing may start it in between.
                        if (!done || (enabled && !now)) return done;
                        return agent.act(name, enabled ? "start" : "stop");
                    });
}

Result<Json> remove_one(AgentClient& agent, const std::string& name, bool force) {
    if (!force) {
        const auto server = agent.server(name);
        if (!server) return server.error();
        const ShownStatus status = status_of(*server);
        const bool is_up = status == ShownStatus::running || status == ShownStatus::starting ||
                           status == ShownStatus::stopping;
        if (is_up) {
            return Error{ErrorCode::conflict,
                         "'" + name + "' is " + std::string(name_of(status)) + " and was not removed",
                         {},
                         "stop it first, or `mcpm remove -f " + name + "` stops and removes it"};
        }
    }
    return agent.remove(name);
}

}  // namespace

Outcome start(Invocation& call) {
    return act_on_all(call, "start", "starting");
}
Outcome stop(Invocation& call) {
    return act_on_all(call, "stop", "stopping");
}
Outcome restart(Invocation& call) {
    return act_on_all(call, "restart", "restarting");
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
    bool yes = false;
    selection.declare_lenient(call.options);
    call.options.flag("-f,--force", force, "stop those that run first");
    call.options.flag("-y,--yes", yes, "do not ask before all are removed");
    call.options.flag("-v,--verbose", verbose, "print the names when it is done");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (selection.is_all() && !yes) {
        const auto agreed = confirm(call.out, "remove all servers, with their logs?", "--yes");
        if (!agreed) return agreed.error();
    }
    return for_each(
        call, selection, {"removing", verbose},
        [force](AgentClient& agent, const std::string& name) { return remove_one(agent, name, force); });
}

}  // namespace mcpm::cli::commands
