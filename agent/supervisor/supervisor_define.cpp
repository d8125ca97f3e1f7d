// Defining servers: everything is checked first, then on disk, then in memory.
#include "agent/supervisor/name_taken.hpp"
#include "agent/supervisor/supervisor_state.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

Error closing_error(std::string_view what) {
    return {ErrorCode::unavailable, std::string(what) + ": the agent is stopping"};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " -> ") + name;
    return text;
}

}  // namespace

Error name_taken(const std::string& name) {
    const std::string word = in_shell_words(name);
    return {
        ErrorCode::conflict,
        "defining server '" + name + "': a server of that name exists",
        {Detail::field, "name"},
        "`mcpm show " + word + "` shows it, `mcpm update " + word + "` changes it; or choose another name"};
}

Result<> Supervisor::State::check_definition(const ServerSpec& spec, const Server* except) const {
    if (auto valid = validate(spec); !valid) return valid.error();
    const ServerPointer same_name = by_name(spec.name);
    // An id is looked up before a name, so a name that is somebody's id would hide that server.
    const bool is_an_id = servers.find(spec.name) != servers.end();
    if (is_an_id || (same_name && same_name.get() != except)) return name_taken(spec.name);
    auto graph = nodes();
    if (except != nullptr) {
        std::erase_if(graph, [&](const DependencyNode& node) { return node.name == except->spec().name; });
    }
    graph.push_back(dependency_node(spec));
    const auto cycle = find_cycle(graph);
    if (!cycle.empty()) {
        return Error{ErrorCode::validation_error,
                     "dependsOn of \"" + spec.name + "\" makes a cycle: " + joined(cycle),
                     {Detail::field, "dependsOn"}};
    }
    return {};
}

Task<Result<ServerView>> Supervisor::State::create(ServerSpec spec, std::string actor) {
    while (defining) co_await defined.wait();
    defining = true;
    const DefinitionTurn turn(defining, defined);
    if (closing) co_return closing_error("define \"" + spec.name + "\"");
    if (auto checked = check_definition(spec, nullptr); !checked) co_return checked.error();
    StoredServer stored;
    stored.id = new_server_id();
    stored.spec = std::move(spec);
    stored.created_at = stored.updated_at = now_utc();
    StoredServer copy = stored;
    const auto saved = co_await store.save_server(std::move(copy));
    if (!saved) co_return saved.error();
    const auto server = std::make_shared<Server>(ground, std::move(stored));
    servers.emplace(server->id(), server);
    ++definitions;
    server->announce(EventType::server_created, actor, "\"" + server->spec().name + "\" was defined");
    co_return server->view();
}

Task<Result<ServerView>> Supervisor::State::update(std::string id_or_name, ServerSpec spec,
                                                   std::string actor) {
    while (defining) co_await defined.wait();
    defining = true;
    const DefinitionTurn turn(defining, defined);
    if (closing) co_return closing_error("update \"" + id_or_name + "\"");
    const auto found = find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    if (auto checked = check_definition(spec, server.get()); !checked) co_return checked.error();
    StoredServer stored = server->stored();
    stored.spec = spec;
    stored.updated_at = now_utc();
    const Timestamp updated_at = stored.updated_at;
    const Desired desired = stored.desired;
    const auto saved = co_await store.save_server(std::move(stored));
    if (!saved) co_return saved.error();
    const std::string old_name = server->spec().name;
    const bool renamed = old_name != spec.name;
    server->set_spec(std::move(spec), updated_at);
    ++definitions;
    // Somebody may have started or stopped it while the row was written.
    server->set_stored_desired(desired);
    if (server->life().desired != desired) begin_save(server, server->life().desired);
    std::string message = "\"" + server->spec().name + "\" was changed";
    if (renamed) message = "\"" + old_name + "\" was renamed to \"" + server->spec().name + "\"";
    server->announce(EventType::server_updated, actor, std::move(message));
    co_return server->view();
}

Task<Result<>> Supervisor::State::remove(std::string id_or_name, std::string actor) {
    while (defining) co_await defined.wait();
    defining = true;
    const DefinitionTurn turn(defining, defined);
    if (closing) co_return closing_error("remove \"" + id_or_name + "\"");
    const auto found = find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    const std::string name = server->spec().name;
    // From here on the removal wins: who starts or restarts it meanwhile is refused.
    const RemovalTurn removal(removing, server->id());
    // Servers that depend on this one stop first, the nearest last: none loses what it needs while it runs.
    std::vector<DependencyNode> graph = nodes();
    const auto dependants = dependants_of(graph, name);
    const auto order = start_order(graph);
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
        if (std::find(dependants.begin(), dependants.end(), graph[*at].name) == dependants.end()) continue;
        const ServerPointer dependant = by_name(graph[*at].name);
        if (!dependant || dependant->is_at_rest()) continue;
        begin_save(dependant, Desired::down);
        auto down = co_await bring_down(dependant, actor);
        if (!down) co_return down.error();
    }
    auto down = co_await bring_down(server, actor, After::removal);
    if (!down) {
        if (!closing) server->run().set_underway(RunFacts::Underway::nothing);
        co_return down.error();
    }
    const std::string id = server->id();
    auto removed = co_await store.remove_server(id);
    if (!removed) {
        begin_save(server, Desired::down);
        co_return removed.error();
    }
    server->announce(EventType::server_deleted, actor, "\"" + name + "\" was removed");
    server->run().freeze();
    servers.erase(id);
    ++definitions;
    logs.remove(id);
    co_return Result<>{};
}

}  // namespace mcpm
