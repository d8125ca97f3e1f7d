// Servers that sleep until they are needed: waking one, and keeping one awake.
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/supervisor_state.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm {

namespace {

std::string using_it(const Server& server) {
    return "using " + in_quotes(server.spec().name) + ": ";
}

Error stopped_error(const Server& server) {
    return {ErrorCode::wrong_state,
            using_it(server) + "it is stopped",
            {},
            "start it: mcpm start " + server.spec().name};
}

/// For a server whose process died again and again and of which no failed start says more.
Error loop_error(const Server& server) {
    Error error{ErrorCode::died_at_start, using_it(server) + "it is in a crash loop"};
    if (server.run().last_exit())
        error.message += ": it " + describe(*server.run().last_exit()) + " again and again";
    error.hint = "mcpm why " + in_shell_words(server.spec().name);
    return error;
}

}  // namespace

/// Nothing while it is worth waiting.
std::optional<Result<>> Supervisor::State::outcome_of_waking(const ServerPointer& server,
                                                             std::uint64_t failed_before) {
    const Life& life = server->life();
    if (life.state == ServerState::running && life.desired == Desired::up) return Result<>{};
    if (closing) return Error{ErrorCode::unavailable, using_it(*server) + "the agent is stopping"};
    if (life.desired == Desired::down) return stopped_error(*server);
    if (life.reason == Reason::stuck && server->run().last_error()) return *server->run().last_error();
    if (server->run().failed_starts() != failed_before) {
        const auto error = server->run().last_error();
        return error ? *error : loop_error(*server);
    }
    if (life.reason == Reason::crash_loop) return loop_error(*server);
    return std::nullopt;
}

Task<Result<>> Supervisor::State::await_waking(ServerPointer server, std::string actor) {
    // The lifecycle bounds each of its steps; this is for what it cannot bound: dependencies and preparation.
    const Duration limit = 2 * (stop_limit(server->spec()) + server->spec().start_timeout);
    const auto end = Clock::now() + limit;
    const std::uint64_t failed_before = server->run().failed_starts();
    for (;;) {
        const Life& life = server->life();
        const bool is_running = life.state == ServerState::running && life.desired == Desired::up;
        // What is under way is joined; what rests or waits is started.
        if (!is_running && server->run().failed_starts() == failed_before)
            server->feed(InputKind::wake, actor);
        const auto outcome = outcome_of_waking(server, failed_before);
        if (outcome) co_return *outcome;
        if (Clock::now() >= end) {
            co_return Error{ErrorCode::timed_out,
                            using_it(*server) + "it did not start within " + format_duration(limit),
                            {},
                            "mcpm why " + in_shell_words(server->spec().name)};
        }
        co_await server->changed().wait_for(end - Clock::now());
    }
}

Task<Result<ServerView>> Supervisor::State::wake(std::string id_or_name, std::string actor) {
    const auto found = find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    if (!server->spec().enabled) {
        co_return Error{ErrorCode::conflict,
                        using_it(*server) + "it is disabled",
                        {},
                        "enable it: mcpm enable " + server->spec().name};
    }
    const Lease lease = server->hold();
    auto awake = co_await await_waking(server, std::move(actor));
    if (!awake) co_return co_await with_last_lines(run_of(server), awake.error());
    co_return server->view();
}

void Supervisor::State::hold_dependencies(Run& run) {
    std::vector<Lease> leases;
    for (const Dependency& dependency : run.spec().depends_on) {
        if (const ServerPointer needed = by_name(dependency.server)) leases.push_back(needed->hold());
    }
    run.keep_leases(std::move(leases));
}

}  // namespace mcpm
