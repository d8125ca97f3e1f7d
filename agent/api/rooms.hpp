// What an endpoint may reach. Built by Api; passed to every endpoint by reference and outlives all of them.
#pragma once

#include "agent/access/profile_book.hpp"
#include "agent/access/sign_ins.hpp"
#include "agent/access/token_book.hpp"
#include "agent/api/agent_control.hpp"
#include "agent/api/definition_texts.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/definitions/definitions.hpp"
#include "agent/door/answer.hpp"
#include "agent/front/front.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/health/health_watch.hpp"
#include "agent/http/message.hpp"
#include "agent/live/hub.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/metrics/recent_count.hpp"
#include "agent/metrics/request_metrics.hpp"
#include "agent/observe/desk.hpp"
#include "agent/offers/manifest_watch.hpp"
#include "agent/registry/registry.hpp"
#include "agent/runtime/start_progress.hpp"
#include "agent/secrets/vault.hpp"
#include "agent/signals/signals.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/config_file.hpp"
#include "common/event_type.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mcpm::api {

using namespace door;  // answers

/// What the API shows and changes; all outlive it.
struct Needs {
    Loop& loop;
    Supervisor& supervisor;
    Definitions& definitions;
    LogStore& logs;
    StateStore& store;
    ManifestWatch& offers;
    mcp::Sessions& sessions;
    gateway::Gateway& gateway;
    Workers& workers;
    access::TokenBook& tokens;
    access::ProfileBook& profiles;
    secrets::Vault& vault;
    HealthWatch& health;
    observe::Desk& desk;
    signals::Signals& signals;  // what leaves this machine
    registry::Registry& registry;
    const StartProgress& progress;
};

struct Rooms : Needs {
    access::SignIns& sign_ins;
    const HttpSettings& http;
    AgentControl control;
    TaskGroup tasks;  // what goes on although its asker has gone
    DefinitionTexts definition_texts = {};
    metrics::RequestMetrics request_metrics = {};
    metrics::RecentCount recent_requests = {};
    front::Front front = {loop, gateway, tasks};
    std::unique_ptr<live::Hub> live = {};  // who watches; never null once the API serves
};

/// "uid:1000 (mcpm, pid 4321)", "token:laptop", for events.
std::string actor_of(const http::Request& request);

/// An event of no server.
void say(Rooms& rooms, EventType type, std::string actor, std::string message);

/// Runs `work` to its end in `rooms.tasks`, even when the asking task is cancelled meanwhile: a change that
/// was begun is not left half done because its asker went away.
template <typename T>
Task<Result<T>> run_to_its_end(Rooms& rooms, std::string name, Task<Result<T>> work);

namespace detail {

template <typename T>
struct Pending {
    explicit Pending(Loop& loop) : ended(loop) {}
    std::optional<Result<T>> result;
    Notifier ended;
};

template <typename T>
Task<> fulfil(std::shared_ptr<Pending<T>> pending, Task<Result<T>> work) {
    try {
        auto result = co_await std::move(work);
        pending->result.emplace(std::move(result));
    } catch (const std::exception& error) {
        pending->result.emplace(
            Error{ErrorCode::internal_error, std::string("carrying out the request: ") + error.what()});
    }
    pending->ended.notify_all();
}

}  // namespace detail

template <typename T>
Task<Result<T>> run_to_its_end(Rooms& rooms, std::string name, Task<Result<T>> work) {
    auto pending = std::make_shared<detail::Pending<T>>(rooms.loop);
    rooms.tasks.spawn(std::move(name), detail::fulfil<T>(pending, std::move(work)));
    // A group that is ending destroys what it is given; work that was done at once has left its result.
    if (!pending->result && pending.use_count() == 1)
        co_return Error{ErrorCode::unavailable, "carrying out the request: the agent is stopping"};
    while (!pending->result) {
        co_await pending->ended.wait();
    }
    co_return std::move(*pending->result);
}

}  // namespace mcpm::api
