// Starting, stopping and waiting: an input for the server, then watching it until the answer is known.
#include "agent/supervisor/cause.hpp"
#include "agent/supervisor/goal.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/start_failure.hpp"
#include "agent/supervisor/supervisor_state.hpp"
#include "common/log_reader.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

constexpr unsigned lines_in_errors = 10;
constexpr unsigned lines_looked_at = 50;

Error disabled_error(const std::string& name) {
    return {ErrorCode::conflict, "start " + in_quotes(name) + ": it is disabled", StartStage::disabled,
            "mcpm enable " + in_shell_words(name)};
}

bool is_running(const Server& server) {
    return server.state() == ServerState::running;
}

/// All that is asked of a lazy server: it will be there when it is needed.
bool is_put_to_sleep(const Life& life) {
    const Reason reason = life.reason;
    return life.desired == Desired::up && (reason == Reason::asleep || reason == Reason::idle);
}

Error gone_error(const std::string& name) {
    return {ErrorCode::cancelled, "start " + in_quotes(name) + ": it was stopped meanwhile"};
}

}  // namespace

// ---- the desired state on disk ----

PendingSavePointer Supervisor::State::begin_save(const ServerPointer& server, Desired desired) {
    auto pending = std::make_shared<PendingSave>(loop);
    pending->give_up_at = Clock::now() + options.timing.save_limit;
    if (server->stored_desired() == desired) {
        pending->outcome.emplace();
        return pending;
    }
    server->set_stored_desired(desired);
    tasks.spawn("save desired state", save_desired(server, desired, pending));
    return pending;
}

Task<> Supervisor::State::save_desired(ServerPointer server, Desired desired, PendingSavePointer pending) {
    auto saved = co_await store.save_desired(server->id(), desired);
    if (!saved && server->stored_desired() == desired) server->set_stored_desired(std::nullopt);
    pending->outcome = std::move(saved);
    pending->done.notify_all();
}

Task<Result<>> Supervisor::State::finish_save(PendingSavePointer pending, std::string done_what) {
    while (!pending->outcome && Clock::now() < pending->give_up_at) {
        co_await pending->done.wait_for(pending->give_up_at - Clock::now());
    }
    if (pending->outcome && *pending->outcome) co_return Result<>{};
    const std::string why = pending->outcome
                                ? pending->outcome->error().message
                                : "no answer within " + format_duration(options.timing.save_limit);
    co_return Error{ErrorCode::unavailable,
                    done_what + ", but that could not be stored: " + why,
                    {},
                    "it will not be remembered when the agent starts again; mcpm doctor"};
}

// ---- dependencies ----

Task<Result<>> Supervisor::State::prepare(RunPointer run) {
    const Initiative initiative = run->life().asked ? Initiative::asked : Initiative::automatic;
    const std::vector<Dependency> dependencies = run->spec().depends_on;
    for (const Dependency& dependency : dependencies) {
        Dependency copy = dependency;
        auto started = co_await start_dependency(run, std::move(copy), initiative);
        if (started) continue;
        Error error{ErrorCode::cannot_launch,
                    "start " + in_quotes(run->spec().name) + ": " + started.error().message};
        error.details = ErrorDetails(StartStage::dependency).set(Detail::dependency, dependency.server);
        error.hint = started.error().hint.empty() ? "mcpm why " + in_shell_words(dependency.server)
                                                  : started.error().hint;
        co_return error;
    }
    hold_dependencies(*run);
    co_return Result<>{};
}

Task<Result<>> Supervisor::State::start_dependency(RunPointer run, Dependency dependency,
                                                   Initiative initiative) {
    const ServerPointer needed = by_name(dependency.server);
    if (!needed) {
        co_return Error{ErrorCode::cannot_launch,
                        "it depends on " + in_quotes(dependency.server) + ", which does not exist",
                        {},
                        "add it, or take it out of dependsOn: mcpm edit " + run->spec().name};
    }
    Error failure{ErrorCode::wrong_state, "its dependency " + in_quotes(dependency.server) + " "};
    if (needed->state() != ServerState::running) {
        if (initiative == Initiative::automatic && needed->life().desired == Desired::down) {
            failure.message += "is stopped";
            co_return failure;
        }
        Result<> up;
        const std::string actor = "dependency of " + run->spec().name;
        const Lease lease = needed->hold();
        if (initiative == Initiative::asked) {
            begin_save(needed, Desired::up);
            up = co_await bring_up(needed, InputKind::start, actor);
        }
        if (up && needed->spec().lazy) {
            up = co_await await_waking(needed, actor);
        } else if (initiative == Initiative::automatic) {
            up = co_await wait_for(needed, Goal::running,
                                   needed->spec().start_timeout + options.timing.save_limit);
        }
        if (!up) {
            failure.message += "did not start: " + up.error().message;
            co_return failure;
        }
    }
    if (dependency.condition == DependencyCondition::healthy && needed->health() != Health::healthy) {
        const HealthSpec& health = needed->spec().health;
        const Duration limit = needed->spec().start_timeout + health.start_period + 2 * health.interval;
        const auto healthy = co_await wait_for(needed, Goal::healthy, limit);
        if (!healthy) {
            failure.message += "did not become healthy: " + healthy.error().message;
            co_return failure;
        }
    }
    co_return Result<>{};
}

// ---- start ----

std::optional<Error> Supervisor::State::start_refusal(const Server& server) const {
    if (!server.spec().enabled) return disabled_error(server.spec().name);
    if (server.id() != removing) return std::nullopt;
    return Error{ErrorCode::cancelled, "start " + in_quotes(server.spec().name) + ": it is being removed"};
}

Task<Result<>> Supervisor::State::bring_up(ServerPointer server, InputKind kind, std::string actor) {
    const std::string name = server->spec().name;
    if (closing)
        co_return Error{ErrorCode::unavailable, "start " + in_quotes(name) + ": the agent is stopping"};
    if (auto refusal = start_refusal(*server)) co_return *std::move(refusal);
    const bool is_up = is_running(*server) || server->life().reason == Reason::asleep;
    if (kind == InputKind::start && is_up && server->life().desired == Desired::up) co_return Result<>{};
    const std::uint64_t ready_before = server->run().times_ready();
    const std::uint64_t failed_before = server->run().failed_starts();
    if (kind == InputKind::restart) stop_own(server, actor);
    if (kind == InputKind::restart) server->run().set_underway(RunFacts::Underway::restart);
    server->feed(kind, actor);
    co_return co_await await_start(run_of(server), ready_before, failed_before);
}

Task<Result<>> Supervisor::State::await_start(RunPointer run, std::uint64_t ready_before,
                                              std::uint64_t failed_before) {
    const std::string name = run->spec().name;
    // The lifecycle bounds each of its steps; this is for what it cannot bound: dependencies and preparation.
    const Duration limit = stop_limit(run->spec()) + 2 * run->spec().start_timeout + std::chrono::minutes(10);
    const auto end = Clock::now() + limit;
    for (;;) {
        if (run->times_ready() != ready_before) co_return Result<>{};
        if (is_put_to_sleep(run->life())) co_return Result<>{};
        if (run->failed_starts() != failed_before) {
            auto error = run->last_error();
            if (error) co_return *error;
            co_return Error{ErrorCode::died_at_start,
                            "start " + in_quotes(name) + ": it ended before it was ready"};
        }
        if (run->life().desired == Desired::down || closing) co_return gone_error(name);
        if (run->life().reason == Reason::stuck && run->last_error()) co_return *run->last_error();
        if (Clock::now() >= end) {
            co_return Error{ErrorCode::timed_out,
                            "start " + in_quotes(name) + ": not running within " + format_duration(limit)};
        }
        co_await run->changed().wait_for(end - Clock::now());
    }
}

Task<Result<ServerView>> Supervisor::start(std::string id_or_name, std::string actor) {
    const auto found = state_->find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    if (auto refusal = state_->start_refusal(*server)) co_return *std::move(refusal);
    const auto pending = state_->begin_save(server, Desired::up);
    const auto up = co_await state_->bring_up(server, InputKind::start, actor);
    if (!up) co_return co_await state_->with_last_lines(run_of(server), up.error());
    const auto saved = co_await state_->finish_save(pending, in_quotes(server->spec().name) + " was started");
    if (!saved) co_return saved.error();
    co_return server->view();
}

Task<Result<ServerView>> Supervisor::restart(std::string id_or_name, std::string actor) {
    const auto found = state_->find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    if (auto refusal = state_->start_refusal(*server)) co_return *std::move(refusal);
    const auto pending = state_->begin_save(server, Desired::up);
    const auto up = co_await state_->bring_up(server, InputKind::restart, actor);
    if (!up) co_return co_await state_->with_last_lines(run_of(server), up.error());
    const auto saved =
        co_await state_->finish_save(pending, in_quotes(server->spec().name) + " was restarted");
    if (!saved) co_return saved.error();
    co_return server->view();
}

// ---- stop ----

Duration Supervisor::State::stop_limit(const ServerSpec& spec) const {
    const Timing& timing = options.timing;
    return timing.close_input + spec.stop_timeout + timing.kill_grace + timing.sweep_limit +
           timing.drain_limit + std::chrono::seconds(5);
}

Task<Result<>> Supervisor::State::bring_down(ServerPointer server, std::string actor, After after) {
    server->run().set_underway(after == After::removal ? RunFacts::Underway::removal
                                                       : RunFacts::Underway::nothing);
    server->feed(InputKind::stop, actor);
    stop_own(server, actor);
    const Duration limit = stop_limit(server->spec());
    const auto end = Clock::now() + limit;
    while (server->state() != ServerState::stopped) {
        if (server->life().desired == Desired::up) {
            co_return Error{ErrorCode::cancelled,
                            "stop " + in_quotes(server->spec().name) + ": it was started meanwhile"};
        }
        if (server->life().reason == Reason::stuck && server->run().last_error())
            co_return *server->run().last_error();
        if (Clock::now() >= end) {
            co_return Error{ErrorCode::timed_out, "stop " + in_quotes(server->spec().name) +
                                                      ": not gone within " + format_duration(limit)};
        }
        co_await server->changed().wait_for(end - Clock::now());
    }
    co_return co_await await_own(server);
}

Task<Result<ServerView>> Supervisor::stop(std::string id_or_name, std::string actor) {
    const auto found = state_->find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    const auto pending = state_->begin_save(server, Desired::down);
    const auto down = co_await state_->bring_down(server, actor);
    if (!down) co_return down.error();
    const auto saved = co_await state_->finish_save(pending, in_quotes(server->spec().name) + " was stopped");
    if (!saved) co_return saved.error();
    if (const auto left = server->run().take_may_be_left(); !left.empty()) {
        co_return Error{ErrorCode::wrong_state,
                        in_quotes(server->spec().name) +
                            " was stopped, but without a cgroup it is not certain whose "
                            "these are, and they were left alone: " +
                            join_words(left),
                        {},
                        "look at them with ps, and end what is not wanted"};
    }
    co_return server->view();
}

// ---- wait ----

namespace {

bool is_reached(const Server& server, Supervisor::Goal goal) {
    switch (goal) {
        case Supervisor::Goal::running:
            return server.state() == ServerState::running;
        case Supervisor::Goal::healthy:
            return server.state() == ServerState::running && server.health() == Health::healthy;
        case Supervisor::Goal::stopped:
            return server.is_at_rest();
    }
    return false;
}

/// The server will not get there by itself: a person has to start it. (A running one can always come to be
/// stopped.)
bool is_out_of_reach(const Server& server, Supervisor::Goal goal) {
    if (goal == Supervisor::Goal::stopped) return false;
    return server.is_at_rest() || server.life().desired == Desired::down;
}

}  // namespace

Task<Result<>> Supervisor::State::wait_for(ServerPointer server, Goal goal, Duration limit) {
    const std::string what =
        "wait for " + in_quotes(server->spec().name) + " to be " + std::string(name_of(goal));
    const auto end = Clock::now() + limit;
    for (;;) {
        if (is_reached(*server, goal)) co_return Result<>{};
        if (is_out_of_reach(*server, goal)) {
            Error error{ErrorCode::wrong_state, what + ": it is " + std::string(wire_name(server->state()))};
            if (server->life().reason != Reason::none) {
                error.message += " (" + std::string(text_of(server->life().reason)) + ")";
            }
            error.hint = "mcpm start " + in_shell_words(server->spec().name);
            if (server->life().reason == Reason::asleep) error.hint = "the first request starts it";
            co_return error;
        }
        if (closing) co_return Error{ErrorCode::unavailable, what + ": the agent is stopping"};
        if (Clock::now() >= end) {
            co_return Error{ErrorCode::timed_out, what + ": it is " +
                                                      std::string(wire_name(server->state())) + " after " +
                                                      format_duration(limit)};
        }
        co_await server->changed().wait_for(end - Clock::now());
    }
}

Task<Result<ServerView>> Supervisor::wait(std::string id_or_name, Goal goal, Duration limit) {
    const auto found = state_->find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    const auto reached = co_await state_->wait_for(server, goal, limit);
    if (!reached) co_return reached.error();
    co_return server->view();
}

// ---- last lines ----

namespace {

std::vector<std::string> read_last_lines(const std::filesystem::path& folder, std::uint64_t run,
                                         unsigned count) {
    LogQuery query;
    query.tail = count;
    query.run = static_cast<std::int64_t>(run);
    query.notes = false;
    std::vector<std::string> lines;
    const auto read = LogReader(folder).read(query, [&](const LogLine& line) {
        std::string text;
        append_sanitized(text, line.text.substr(0, 2048), Ansi::strip);
        lines.push_back(std::move(text));
        return true;
    });
    if (!read) lines.clear();
    return lines;
}

}  // namespace

Task<std::vector<std::string>> Supervisor::State::last_lines(std::string server_id, std::uint64_t run,
                                                             unsigned count) {
    if (run == 0) co_return std::vector<std::string>{};
    auto work = [folder = logs.folder_of(server_id), run, count] {
        return read_last_lines(folder, run, count);
    };
    co_return co_await offload(workers, std::move(work));
}

Task<Error> Supervisor::State::with_last_lines(RunPointer run, Error error) {
    if (error.code != ErrorCode::died_at_start) co_return error;
    auto lines = co_await last_lines(run->server_id(), run->number(), lines_looked_at);
    const Cause cause = find_cause({run->spec(), run->status(), {run->record()}, lines});
    if (!cause.code.empty()) {
        error.details.set(Detail::cause_code, cause.code);
        error.details.set(Detail::cause, cause.sentence);
        error.details.set(Detail::advice, cause.advice);
    }
    if (lines.size() > lines_in_errors) lines.erase(lines.begin(), lines.end() - lines_in_errors);
    error.details.set(Detail::last_lines, std::move(lines));
    co_return error;
}

}  // namespace mcpm
