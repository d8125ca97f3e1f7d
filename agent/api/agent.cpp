// The agent itself: what it is, its end, its replacement; and what this API offers.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/openapi.hpp"
#include "agent/api/routes.hpp"
#include "agent/door/answer.hpp"
#include "agent/process/own_use.hpp"
#include "common/condition.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/secret_values.hpp"
#include "common/units.hpp"

#include <string>
#include <utility>

namespace mcpm::api {

namespace {

wire::Json paths_json(const AgentFacts& facts) {
    const Paths& paths = facts.paths;
    return {{fields::agent::config, paths.config.string()},
            {fields::agent::data, paths.data.string()},
            {fields::agent::database, facts.database.string()},
            {fields::agent::state, paths.state.string()},
            {fields::agent::runtime, paths.runtime.string()}};
}

wire::Json servers_json(const std::vector<ServerOutline>& servers) {
    std::size_t running = 0;
    std::size_t failed = 0;
    for (const auto& server : servers) {
        const auto state = server.status.state;
        if (state == ServerState::running) ++running;
        if (state == ServerState::waiting || state == ServerState::failed) ++failed;
    }
    return {{fields::agent::total, servers.size()},
            {fields::agent::running, running},
            {fields::agent::error, failed}};
}

wire::Json tcp_json(const std::vector<TcpFact>& facts) {
    auto json = wire::Json::array();
    for (const auto& fact : facts) {
        wire::Json one{{fields::agent::address, fact.address}, {fields::agent::listening, fact.is_listening}};
        if (!fact.error.empty()) one[fields::agent::error] = fact.error;
        json.push_back(std::move(one));
    }
    return json;
}

http::Response done(const Result<>& result, std::string_view message) {
    if (!result) return failure(result.error());
    return success_message(message);
}

}  // namespace

Task<http::Response> show_agent(Rooms& rooms, http::Request&) {
    const auto facts = rooms.control.facts();
    wire::Json json;
    json[fields::agent::version] = facts.version;
    json[fields::agent::pid] = facts.pid;
    json[fields::agent::keeper_pid] = facts.keeper_pid;
    json[fields::agent::started_at] = format_time(facts.started_at);
    json[fields::agent::uptime] =
        std::chrono::duration_cast<std::chrono::seconds>(now_utc() - facts.started_at).count();
    json[fields::agent::data_id] = rooms.store.data_id();
    json[fields::agent::socket] = facts.paths.socket().string();
    json[fields::agent::paths] = paths_json(facts);
    json[fields::agent::servers] = servers_json(rooms.supervisor.outlines());
    json[fields::agent::store] = name_of(
        rooms.store.condition() == StoreCondition::healthy ? Condition::healthy : Condition::degraded);
    if (auto why = rooms.store.condition_reason(); !why.empty())
        json[fields::agent::store_reason] = std::move(why);
    json[fields::agent::notices] = facts.notices;
    json[fields::agent::memory_bytes] = own_use().resident_bytes;
    json[fields::agent::cgroup] = facts.has_cgroup ? "v2" : "none";
    json[fields::agent::tcp] = tcp_json(facts.tcp);
    auto& variables = json[fields::agent::server_environment] = wire::Json::object();
    for (const auto& [name, value] : facts.server_environment)
        variables[name] = wire::masked_variable(name, value);
    co_return success(json);
}

Task<http::Response> stop_agent(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::agent::servers});
    if (!body) co_return failure(body.error());
    auto servers = Supervisor::Servers::stop;
    if (const auto asked = body->find(fields::agent::servers); asked != body->end()) {
        if (*asked != "stop" && *asked != "leave") {
            co_return failure(
                Error{ErrorCode::validation_error, R"(servers: "stop" or "leave" is expected)"});
        }
        if (*asked == "leave") servers = Supervisor::Servers::leave;
    }
    co_return done(rooms.control.request_stop(servers), "Agent is stopping");
}

Task<http::Response> restart_agent(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {});
    if (!body) co_return failure(body.error());
    co_return done(rooms.control.request_restart(), "Agent is restarting");
}

Task<http::Response> upgrade_agent(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::agent::program});
    if (!body) co_return failure(body.error());
    std::string program;
    if (const auto asked = body->find(fields::agent::program); asked != body->end()) {
        if (!asked->is_string() || !asked->get_ref<const std::string&>().starts_with('/')) {
            co_return failure(Error{ErrorCode::validation_error, "program: an absolute path is expected"});
        }
        program = asked->get<std::string>();
    }
    const auto accepted = co_await rooms.control.request_upgrade(std::move(program));
    co_return done(accepted, "Agent is being upgraded");
}

Task<http::Response> show_openapi(Rooms&, http::Request&) {
    co_return plain_json(openapi(routes()));
}

Task<http::Response> show_alive(Rooms&, http::Request&) {
    co_return plain_json({{fields::agent::status, "ok"}});
}

Task<http::Response> show_ready(Rooms& rooms, http::Request&) {
    if (rooms.control.is_ready()) co_return plain_json({{fields::agent::status, "ok"}});
    co_return plain_json({{fields::agent::status, "not ready"}}, 503);
}

}  // namespace mcpm::api
