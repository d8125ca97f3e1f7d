#include "agent/supervisor/supervisor.hpp"

#include "agent/supervisor/supervisor_state.hpp"
#include "common/event_type.hpp"
#include "common/suggest.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

Supervisor::State::State(Loop& loop_, Runtime& runtime_, LogStore& logs_, StateStore& store_,
                         SupervisorHooks hooks_, SupervisorOptions options_)
    : loop(loop_),
      runtime(runtime_),
      logs(logs_),
      store(store_),
      hooks(std::move(hooks_)),
      options(options_),
      journal(loop_, store_, options_.event_capacity,
              [&logs_](const std::string& server_id, std::string text) {
                  return logs_.without_hidden(server_id, std::move(text));
              }),
      gate(options_.start_concurrency),
      tasks(loop_,
            [this](std::string_view name, std::string_view what) {
                Event event;
                event.type = name_of(EventType::agent_fault);
                event.actor = "agent";
                event.message = std::string(name) + " failed: " + std::string(what);
                journal.add_event(std::move(event));
            }),
      defined(loop_),
      ground{loop_,   runtime_, logs_,
             journal, hooks,    options.timing,
             gate,    tasks,    [this](RunPointer run) { return prepare(std::move(run)); }} {}

Supervisor::Supervisor(Loop& loop, Runtime& processes, LogStore& logs, StateStore& store,
                       SupervisorHooks hooks, SupervisorOptions options)
    : state_(std::make_unique<State>(loop, processes, logs, store, std::move(hooks), options)) {}

Supervisor::~Supervisor() = default;

// ---- looking ----

ServerPointer Supervisor::State::by_name(std::string_view name) const {
    for (const auto& [id, server] : servers) {
        if (server->spec().name == name) return server;
    }
    return nullptr;
}

Result<ServerPointer> Supervisor::State::find(std::string_view id_or_name) const {
    if (const auto found = servers.find(id_or_name); found != servers.end()) return found->second;
    if (auto server = by_name(id_or_name)) return server;
    std::vector<std::string_view> names;
    for (const auto& [id, server] : servers) {
        if (server->spec().enabled) names.push_back(server->spec().name);
    }
    return Error{ErrorCode::server_not_found,
                 "server \"" + std::string(id_or_name) + "\" not found" + did_you_mean(id_or_name, names)};
}

std::vector<DependencyNode> Supervisor::State::nodes() const {
    std::vector<DependencyNode> nodes;
    nodes.reserve(servers.size());
    for (const auto& [id, server] : servers) nodes.push_back(dependency_node(server->spec()));
    return nodes;
}

std::uint64_t Supervisor::definitions() const {
    return state_->definitions;
}

std::vector<const Server*> Supervisor::State::sorted() const {
    std::vector<const Server*> all;  // a view is too large to be moved about
    all.reserve(servers.size());
    for (const auto& [id, server] : servers) all.push_back(server.get());
    std::sort(all.begin(), all.end(),
              [](const Server* left, const Server* right) { return left->spec().name < right->spec().name; });
    return all;
}

std::vector<ServerView> Supervisor::list() const {
    std::vector<ServerView> views;
    views.reserve(state_->servers.size());
    for (const Server* server : state_->sorted()) views.push_back(server->view());
    return views;
}

std::vector<ServerOutline> Supervisor::outlines() const {
    std::vector<ServerOutline> outlines;
    outlines.reserve(state_->servers.size());
    for (const Server* server : state_->sorted()) outlines.push_back(server->outline());
    return outlines;
}

std::optional<ServerOutline> Supervisor::server_of(const std::vector<int>& pids) const {
    const auto is_one = [&](const Run& run) {
        const auto pid = run.status().pid;
        return pid && std::find(pids.begin(), pids.end(), *pid) != pids.end();
    };
    for (const Server* server : state_->sorted()) {
        const auto& own = server->own_runs();
        if (is_one(server->run()) ||
            std::any_of(own.begin(), own.end(), [&](const auto& process) { return is_one(process->run()); }))
            return server->outline();
    }
    return std::nullopt;
}

Result<ServerView> Supervisor::find(std::string_view id_or_name) const {
    const auto server = state_->find(id_or_name);
    if (!server) return server.error();
    return (*server)->view();
}

Feed<Event>& Supervisor::events() {
    return state_->journal.events();
}

// ---- what the other files do ----

Task<Result<>> Supervisor::open() {
    return state_->open();
}

Duration Supervisor::close_limit() const {
    return state_->close_limit();
}

Task<> Supervisor::close(Servers servers) {
    return state_->close(servers);
}

Task<Result<ServerView>> Supervisor::wake(std::string id_or_name, std::string actor) {
    return state_->wake(std::move(id_or_name), std::move(actor));
}

Lease Supervisor::hold(const std::string& server_id) {
    const auto found = state_->servers.find(server_id);
    return found == state_->servers.end() ? Lease() : found->second->hold();
}

Task<Result<WhyFacts>> Supervisor::why(std::string id_or_name) {
    return state_->why(std::move(id_or_name));
}

Task<Result<ServerView>> Supervisor::create(ServerSpec spec, std::string actor) {
    return state_->create(std::move(spec), std::move(actor));
}

Task<Result<ServerView>> Supervisor::update(std::string id_or_name, ServerSpec spec, std::string actor) {
    return state_->update(std::move(id_or_name), std::move(spec), std::move(actor));
}

Task<Result<>> Supervisor::remove(std::string id_or_name, std::string actor) {
    return state_->remove(std::move(id_or_name), std::move(actor));
}

// ---- reports ----

void Supervisor::report_ready(const std::string& server_id, std::uint64_t run) {
    if (const auto found = state_->servers.find(server_id); found != state_->servers.end()) {
        found->second->run().report_ready(run);
    }
}

void Supervisor::report_era_asked(const std::string& server_id) {
    const auto found = state_->servers.find(server_id);
    if (found != state_->servers.end()) found->second->run().report_era_asked();
}

void Supervisor::report_not_ready(const std::string& server_id, std::uint64_t run, Error why) {
    if (const auto found = state_->servers.find(server_id); found != state_->servers.end()) {
        found->second->run().report_not_ready(run, std::move(why));
    }
}

void Supervisor::report_health(const std::string& server_id, std::uint64_t run, Health health,
                               std::string why) {
    if (const auto found = state_->servers.find(server_id); found != state_->servers.end()) {
        found->second->report_health(run, health, std::move(why));
    }
}

void Supervisor::report_touch(const std::string& server_id, std::uint64_t run, std::string why) {
    if (const auto found = state_->servers.find(server_id); found != state_->servers.end()) {
        found->second->report_touch(run, std::move(why));
    }
}

void Supervisor::add_event(Event event) {
    state_->journal.add_event(std::move(event));
}

}  // namespace mcpm
