// The agent itself: what it is, its end, its replacement; and what this API offers.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/openapi.hpp"
#include "agent/api/routes.hpp"
#include "agent/door/answer.hpp"
#include "common/secret_values.hpp"
#include "common/units.hpp"

#include <unistd.h>

#include <fstream>
#include <string>
#include <utility>

namespace mcpm::api {

namespace {

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

wire::Json paths_json(const Paths& paths) {
    return {{"config", paths.config.string()},
            {"data", paths.data.string()},
            {"state", paths.state.string()},
            {"runtime", paths.runtime.string()}};
}

wire::Json servers_json(const std::vector<ServerOutline>& servers) {
    std::size_t running = 0;
    std::size_t failed = 0;
    for (const auto& server : servers) {
        const auto state = server.status.state;
        if (state == ServerState::running) ++running;
        if (state == ServerState::waiting || state == ServerState::failed) ++failed;
    }
    return {{"total", servers.size()}, {"running", running}, {"error", failed}};
}

wire::Json tcp_json(const std::vector<TcpFact>& facts) {
    auto json = wire::Json::array();
    for (const auto& fact : facts) {
        wire::Json one{{"address", fact.address}, {"listening", fact.is_listening}};
        if (!fact.error.empty()) one["error"] = fact.error;
        json.push_back(std::move(one));
    }
    return json;
}

http::Response done(const Result<>& result, std::string_view message) {
    if (!result) return failure(result.error());
    return success_message(message);
}

}  // namespace

Task<http::Response> show_agent(Rooms& rooms, http::Request) {
    const auto facts = rooms.control.facts();
    wire::Json json;
    json["version"] = facts.version;
    json["pid"] = facts.pid;
    json["keeperPid"] = facts.keeper_pid;
    json["startedAt"] = format_time(facts.started_at);
    json["uptime"] = std::chrono::duration_cast<std::chrono::seconds>(now_utc() - facts.started_at).count();
    json["dataId"] = rooms.store.data_id();
    json["socket"] = facts.paths.socket().string();
    json["paths"] = paths_json(facts.paths);
    json["servers"] = servers_json(rooms.supervisor.outlines());
    json["store"] = rooms.store.condition() == StoreCondition::healthy ? "healthy" : "degraded";
    if (auto why = rooms.store.condition_reason(); !why.empty()) json["storeReason"] = std::move(why);
    json["notices"] = facts.notices;
    json["memoryBytes"] = resident_bytes();
    json["cgroup"] = facts.has_cgroup ? "v2" : "none";
    json["tcp"] = tcp_json(facts.tcp);
    auto& variables = json["serverEnvironment"] = wire::Json::object();
    for (const auto& [name, value] : facts.server_environment)
        variables[name] = wire::masked_variable(name, value);
    co_return success(json);
}

Task<http::Response> stop_agent(Rooms& rooms, http::Request request) {
    const auto body = object_of(request, {"servers"});
    if (!body) co_return failure(body.error());
    auto servers = Supervisor::Servers::stop;
    if (const auto asked = body->find("servers"); asked != body->end()) {
        if (*asked != "stop" && *asked != "leave") {
            co_return failure(
                Error{ErrorCode::validation_error, R"(servers: "stop" or "leave" is expected)"});
        }
        if (*asked == "leave") servers = Supervisor::Servers::leave;
    }
    co_return done(rooms.control.request_stop(servers), "Agent is stopping");
}

Task<http::Response> restart_agent(Rooms& rooms, http::Request request) {
    const auto body = object_of(request, {});
    if (!body) co_return failure(body.error());
    co_return done(rooms.control.request_restart(), "Agent is restarting");
}

Task<http::Response> upgrade_agent(Rooms& rooms, http::Request request) {
    const auto body = object_of(request, {"program"});
    if (!body) co_return failure(body.error());
    std::string program;
    if (const auto asked = body->find("program"); asked != body->end()) {
        if (!asked->is_string() || !asked->get_ref<const std::string&>().starts_with('/')) {
            co_return failure(Error{ErrorCode::validation_error, "program: an absolute path is expected"});
        }
        program = asked->get<std::string>();
    }
    auto asking = rooms.control.request_upgrade(std::move(program));
    const auto accepted = co_await std::move(asking);
    co_return done(accepted, "Agent is being upgraded");
}

Task<http::Response> show_openapi(Rooms&, http::Request) {
    co_return plain_json(openapi(routes()));
}

Task<http::Response> show_alive(Rooms&, http::Request) {
    co_return plain_json({{"status", "ok"}});
}

Task<http::Response> show_ready(Rooms& rooms, http::Request) {
    if (rooms.control.is_ready()) co_return plain_json({{"status", "ok"}});
    co_return plain_json({{"status", "not ready"}}, 503);
}

}  // namespace mcpm::api
