// One client's own processes of a server: bounded, ended with the server, shown with it.
#include "agent/supervisor/own_run.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/supervisor_state.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

// ---- the owner's end ----

OwnRun::OwnRun(std::shared_ptr<OwnProcess> process, std::shared_ptr<OwnRunHooks> hooks)
    : process_(std::move(process)), hooks_(std::move(hooks)) {}

OwnRun::~OwnRun() {
    *hooks_ = {};
    process_->run().feed(InputKind::stop, "agent");
}

std::uint64_t OwnRun::run() const {
    return process_->run().number();
}

bool OwnRun::is_running() const {
    return process_->run().state() == ServerState::running;
}

Pipes& OwnRun::pipes() {
    return process_->instance()->pipes();
}

RunFacts& OwnRun::facts() {
    return process_->instance()->facts();
}

Task<Exit> OwnRun::wait() {
    const RunPointer run = run_of(process_);
    while (!run->last_exit()) co_await run->changed().wait();
    co_return *run->last_exit();
}

Task<Result<>> OwnRun::stop() {
    const RunPointer run = run_of(process_);
    run->feed(InputKind::stop, "agent");
    while (!run->is_at_rest()) {
        if (run->life().reason == Reason::stuck && run->last_error()) co_return *run->last_error();
        co_await run->changed().wait();
    }
    co_return Result<>{};
}

// ---- the supervisor's end ----

Result<> Supervisor::State::may_launch_own(const ServerPointer& server, const std::string& owner) const {
    const std::string what = "start an own process of " + in_quotes(server->spec().name) + " for " + owner;
    if (closing) return Error{ErrorCode::unavailable, what + ": the agent is stopping"};
    if (!server->spec().enabled) {
        return Error{ErrorCode::conflict,
                     what + ": it is disabled",
                     {},
                     "enable it: mcpm enable " + server->spec().name};
    }
    if (server->life().desired == Desired::down) {
        return Error{ErrorCode::wrong_state,
                     what + ": it is stopped",
                     {},
                     "start it: mcpm start " + server->spec().name};
    }
    std::size_t all = 0;
    for (const auto& [id, other] : servers) all += other->own_runs().size();
    const std::size_t own = server->own_runs().size();
    if (own < options.most_own_per_server && all < options.most_own) return {};
    return Error{ErrorCode::unavailable, what + ": there are " + std::to_string(own) +
                                             " of this server and " + std::to_string(all) +
                                             " in all, and no more are started"};
}

Task<Result<std::unique_ptr<OwnRun>>> Supervisor::State::launch_own(std::string id_or_name, std::string owner,
                                                                    OwnRunHooks told, ClientFolder folder) {
    const auto found = find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    if (auto may = may_launch_own(server, owner); !may) co_return may.error();
    auto shared_hooks = std::make_shared<OwnRunHooks>(std::move(told));
    const auto own =
        std::make_shared<OwnProcess>(ground, server->run(), std::move(owner), shared_hooks, folder);
    server->add_own_run(own);
    // Stops it when the asker goes away meanwhile.
    auto owned = std::make_unique<OwnRun>(own, std::move(shared_hooks));
    const RunPointer run = run_of(own);
    run->feed(InputKind::start, run->owner());
    tasks.spawn("own process", forget_own(server, own));
    const auto up = co_await await_start(run, 0, 0);
    if (!up) co_return co_await with_last_lines(run, up.error());
    if (run->state() != ServerState::running) co_return co_await with_last_lines(run, run->start_error());
    co_return owned;
}

Task<> Supervisor::State::forget_own(ServerPointer server, OwnPointer own) {
    while (!own->run().is_at_rest()) co_await own->run().changed().wait();
    server->remove_own_run(own);
}

Task<> Supervisor::State::close_lost_run(std::string server_id, std::uint64_t run, Exit exit) {
    logs.end_run(server_id, run, "run " + std::to_string(run) + " ended with the agent of its client",
                 RunKind::own);
    auto runs = co_await store.load_runs(server_id, 1000);
    if (!runs) co_return;
    for (RunRecord& record : *runs) {
        if (record.run != run || record.exit) continue;
        record.exit = exit;
        record.reason = Ending::agent_lost;
        journal.save_run(server_id, std::move(record));
    }
}

void Supervisor::State::stop_own(const ServerPointer& server, const std::string& actor) {
    const auto all = server->own_runs();
    for (const OwnPointer& own : all) own->run().feed(InputKind::stop, actor);
}

Task<Result<>> Supervisor::State::await_own(ServerPointer server) {
    const auto end = Clock::now() + stop_limit(server->spec());
    while (!server->own_runs().empty()) {
        const OwnPointer own = server->own_runs().front();
        const RunPointer run = run_of(own);
        if (run->is_at_rest()) {
            server->remove_own_run(own);
            continue;
        }
        if (run->life().reason == Reason::stuck && run->last_error()) co_return *run->last_error();
        if (Clock::now() >= end) {
            co_return Error{ErrorCode::timed_out, "stop " + in_quotes(server->spec().name) +
                                                      ": the own process of " + run->owner() +
                                                      " is not gone"};
        }
        co_await run->changed().wait_for(end - Clock::now());
    }
    co_return Result<>{};
}

Task<Result<std::unique_ptr<OwnRun>>> Supervisor::launch_own(std::string id_or_name, std::string owner,
                                                             OwnRunHooks told, ClientFolder folder) {
    return state_->launch_own(std::move(id_or_name), std::move(owner), std::move(told), std::move(folder));
}

}  // namespace mcpm
