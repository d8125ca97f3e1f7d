// The agent's beginning and end: what is running is taken over, everything is brought to its desired state;
// at the end all stop in order, or live on for the next agent.
#include "agent/async/with_deadline.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/supervisor_state.hpp"
#include "common/event_type.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

Task<Result<>> end_of(Instance& instance) {
    co_await instance.wait();
    co_return Result<>{};
}

}  // namespace

Task<Result<>> Supervisor::State::open() {
    auto loaded = co_await store.load_servers();
    if (!loaded) co_return loaded.error();
    for (StoredServer& stored : *loaded) {
        std::string id = stored.id;
        servers.emplace(std::move(id), std::make_shared<Server>(ground, std::move(stored)));
        ++definitions;
    }
    auto adopted = co_await runtime.adopt();
    if (adopted) {
        if (adopted->ended > 0) {
            Event event;
            event.type = name_of(EventType::agent_orphans_ended);
            event.actor = "agent";
            event.message = std::to_string(adopted->ended) + " processes that nobody held were ended";
            journal.add_event(std::move(event));
        }
        auto instances = std::move(adopted->instances);
        co_await take_over(std::move(instances));
    } else {
        co_return adopted.error();
    }
    co_await recall_ends();
    bring_up_all();
    co_return Result<>{};
}

Task<> Supervisor::State::take_over(std::vector<std::unique_ptr<Instance>> instances) {
    // Of two of one server only the newer can be the one we know; there should never be two.
    std::sort(instances.begin(), instances.end(),
              [](const auto& left, const auto& right) { return left->run() > right->run(); });
    for (auto& instance : instances) {
        // An own run is not taken over: its client's session ended with the agent before this one.
        const auto found =
            instance->kind() == InstanceKind::own ? servers.end() : servers.find(instance->server_id());
        if (found == servers.end() || found->second->life().presence != Presence::none) {
            tasks.spawn("end unowned", end_unowned(std::move(instance)));
            continue;
        }
        const ServerPointer server = found->second;
        std::optional<RunRecord> record;
        auto runs = co_await store.load_runs(server->id(), 3);
        if (runs) {
            for (RunRecord& run : *runs) {
                if (run.run == instance->run()) record = std::move(run);
            }
        }
        const bool is_wanted = server->life().desired == Desired::up;
        server->adopt(std::move(instance), std::move(record));
        server->announce(EventType::server_taken_over, "agent",
                         "\"" + server->spec().name + "\" was taken over from the agent before this one");
        go_on(server, is_wanted);
    }
}

/// What was under way is carried on, not undone.
void Supervisor::State::go_on(const ServerPointer& server, bool is_wanted) {
    Instance* const instance = server->run().instance();
    const auto underway = instance == nullptr ? RunFacts::Underway::nothing : instance->facts().underway();
    if (underway == RunFacts::Underway::removal) {
        tasks.spawn("removal that was under way", go_on_removing(server->id()));
    } else if (!is_wanted) {
        server->feed(InputKind::stop, "agent");
    } else if (underway == RunFacts::Underway::restart) {
        server->feed(InputKind::restart, "agent");
    }
}

Task<> Supervisor::State::go_on_removing(std::string id) {
    auto removed = co_await remove(id, "agent");
    if (removed) co_return;
    const auto server = find(id);
    if (server) (*server)->announce(EventType::server_remove_failed, "agent", removed.error().message);
}

/// Of those that are to run and were not taken over.
Task<> Supervisor::State::recall_ends() {
    constexpr unsigned most_ends = 16;
    std::vector<ServerPointer> all;
    for (const auto& [id, server] : servers) all.push_back(server);
    for (const ServerPointer& server : all) {
        const bool begins = server->life().desired == Desired::up && server->state() == ServerState::stopped;
        if (!begins || server->run().number() == 0) continue;
        const auto runs = co_await store.load_runs(server->id(), most_ends);
        if (runs) server->run().recall(*runs, now_utc());
    }
}

Task<> Supervisor::State::end_unowned(std::unique_ptr<Instance> instance) {
    instance->pipes() = Pipes{};
    instance->close_input();
    instance->terminate();
    auto ended =
        co_await with_deadline(end_of(*instance), options.timing.close_input, "end an unknown server");
    if (!ended) {
        instance->kill();
        co_await instance->wait();
    }
    auto swept = co_await instance->sweep(options.timing.sweep_limit);
    if (instance->kind() == InstanceKind::own && servers.contains(instance->server_id())) {
        const Exit exit = co_await instance->wait();
        co_await close_lost_run(instance->server_id(), instance->run(), exit);
    }
    Event event;
    event.type = name_of(EventType::agent_unowned_ended);
    event.actor = "agent";
    const bool is_own = instance->kind() == InstanceKind::own;
    const auto known = servers.find(instance->server_id());
    const std::string of =
        known == servers.end() ? instance->server_id() : in_quotes(known->second->spec().name);
    event.message = is_own ? "one client's own process of " + of + " was ended: its session is gone"
                           : "a process of an unknown server (" + of + ") was ended";
    if (!swept) event.message = "a process of an unknown server would not end: " + swept.error().message;
    journal.add_event(std::move(event));
}

void Supervisor::State::bring_up_all() {
    std::vector<ServerPointer> all;
    for (const auto& [id, server] : servers) all.push_back(server);
    for (const std::size_t at : start_order(nodes())) {
        const ServerPointer& server = all[at];
        const bool is_wanted = server->life().desired == Desired::up && server->spec().enabled;
        if (is_wanted && server->state() == ServerState::stopped) {
            server->feed(InputKind::start_automatically, "agent");
        } else if (server->life().presence == Presence::alive) {
            hold_dependencies(server->run());  // it was taken over with them
        }
    }
}

Task<> Supervisor::State::stop_in_order(ServerPointer server) {
    const auto dependants = dependants_of(nodes(), server->spec().name);
    const auto end = Clock::now() + std::chrono::minutes(2);
    for (const std::string& name : dependants) {
        const ServerPointer dependant = by_name(name);
        if (!dependant || dependant == server) continue;
        while (dependant->state() != ServerState::stopped && Clock::now() < end) {
            if (dependant->life().reason == Reason::stuck) break;
            co_await dependant->changed().wait_for(end - Clock::now());
        }
    }
    const auto down = co_await bring_down(server, "agent");
    if (!down) server->announce(EventType::server_stop_failed, "agent", down.error().message);
}

Task<> Supervisor::State::stop_all() {
    TaskGroup stops(loop);
    for (const auto& [id, server] : servers) {
        const bool is_there = server->state() != ServerState::stopped || !server->own_runs().empty();
        if (is_there) stops.spawn("stop", stop_in_order(server));
    }
    co_await stops.drain();
}

/// All at once, but what others depend on waits for them: their times add up.
Duration Supervisor::State::close_limit() const {
    Duration longest{0};
    Duration waiting{0};
    const auto graph = nodes();
    for (const auto& [id, server] : servers) {
        if (server->is_at_rest()) continue;
        longest = std::max(longest, stop_limit(server->spec()));
        if (!dependants_of(graph, server->spec().name).empty()) waiting += stop_limit(server->spec());
    }
    return longest + waiting + options.timing.save_limit;
}

Task<> Supervisor::State::close(Servers what) {
    closing = true;
    defined.notify_all();
    if (what == Servers::stop) co_await stop_all();
    for (const auto& [id, server] : servers) {
        for (const OwnPointer& own : server->own_runs()) own->run().freeze();
        server->run().freeze();
    }
    tasks.cancel_all();
    co_await tasks.drain();
    co_await journal.close(options.timing.save_limit);
}

}  // namespace mcpm
