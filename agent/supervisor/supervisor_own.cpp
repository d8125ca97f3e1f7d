// One client's own processes of a server: bounded, ended with the server, shown with it.
#include "agent/supervisor/own_run.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/supervisor_state.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

// ---- the owner's end ----

OwnRun::OwnRun(std::shared_ptr<Server> server, std::shared_ptr<OwnRunHooks> hooks)
    : server_(std::move(server)), hooks_(std::move(hooks)) {}

OwnRun::~OwnRun() {
    *hooks_ = {};
    server_->feed(InputKind::stop, "agent");
}

const std::string& OwnRun::server_id() const {
    return server_->id();
}

const std::string& OwnRun::owner() const {
    return server_->owner();
}

std::uint64_t OwnRun::run() const {
    return server_->run();
}

bool OwnRun::is_running() const {
    return server_->state() == ServerState::running;
}

Pipes& OwnRun::pipes() {
    return server_->instance()->pipes();
}

RunFacts& OwnRun::facts() {
    return server_->instance()->facts();
}

Task<Exit> OwnRun::wait() {
    const auto server = server_;
    while (!server->last_exit()) co_await server->changed().wait();
    co_return *server->last_exit();
}

Task<Result<>> OwnRun::stop() {
    const auto server = server_;
    server->feed(InputKind::stop, "agent");
    while (!server->is_at_rest()) {
        if (server->life().reason == Reason::stuck && server->last_error()) co_return *server->last_error();
        co_await server->changed().wait();
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
                                                                    OwnRunHooks told) {
    const auto found = find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    if (auto may = may_launch_own(server, owner); !may) co_return may.error();
    auto shared_hooks = std::make_shared<OwnRunHooks>(std::move(told));
    const auto own = std::make_shared<Server>(*server, std::move(owner), shared_hooks);
    server->add_own_run(own);
    // Stops it when the asker goes away meanwhile.
    auto instance = std::make_unique<OwnRun>(own, std::move(shared_hooks));
    own->feed(InputKind::start, own->owner());
    tasks.spawn("own process", forget_own(server, own));
    const auto up = co_await await_start(own, 0, 0);
    if (!up) co_return co_await with_last_lines(own, up.error());
    if (own->state() != ServerState::running) co_return co_await with_last_lines(own, own->end_error());
    co_return instance;
}

Task<> Supervisor::State::forget_own(ServerPointer server, ServerPointer own) {
    while (!own->is_at_rest()) co_await own->changed().wait();
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
    for (const ServerPointer& own : all) own->feed(InputKind::stop, actor);
}

Task<Result<>> Supervisor::State::await_own(ServerPointer server) {
    const auto end = Clock::now() + stop_limit(*server);
    while (!server->own_runs().empty()) {
        const ServerPointer own = server->own_runs().front();
        if (own->is_at_rest()) {
            server->remove_own_run(own);
            continue;
        }
        if (own->life().reason == Reason::stuck && own->last_error()) co_return *own->last_error();
        if (Clock::now() >= end) {
            co_return Error{ErrorCode::timed_out, "stop " + in_quotes(server->spec().name) +
                                                      ": the own process of " + own->owner() +
                                                      " is not gone"};
        }
        co_await own->changed().wait_for(end - Clock::now());
    }
    co_return Result<>{};
}

Task<Result<std::unique_ptr<OwnRun>>> Supervisor::launch_own(std::string id_or_name, std::string owner,
                                                             OwnRunHooks told) {
    return state_->launch_own(std::move(id_or_name), std::move(owner), std::move(told));
}

}  // namespace mcpm
