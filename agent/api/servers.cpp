// Definitions: list, create, show, change, remove, upgrade.
#include "agent/api/defining.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/api/server_filter.hpp"
#include "agent/async/task.hpp"
#include "agent/definitions/package_pin.hpp"
#include "agent/door/answer.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm::api {

namespace {

struct Removed {};

/// The server as it is now, with what was accepted but will not do as it stands.
wire::Json defined_json(const Rooms& rooms, const ServerView& server) {
    auto json = wire::from_view(server);
    auto notes = wire::Json::array();
    for (const auto& dependency : server.spec.depends_on) {
        if (rooms.supervisor.find(dependency.server)) continue;
        notes.push_back("it depends on \"" + dependency.server + "\", which does not exist");
    }
    if (!notes.empty()) json["notes"] = std::move(notes);
    return json;
}

Task<Result<ServerSpec>> with_package(Rooms& rooms, ServerSpec spec) {
    if (!needs_package(spec)) co_return spec;
    auto installing = rooms.control.prepare(std::move(spec));
    auto prepared = co_await std::move(installing);
    co_return prepared;
}

Task<Result<ServerView>> redefine(Rooms& rooms, std::string id, ServerSpec spec, std::string actor) {
    auto preparing = with_package(rooms, std::move(spec));
    auto prepared = co_await std::move(preparing);
    if (!prepared) co_return prepared.error();
    auto updating = rooms.supervisor.update(std::move(id), std::move(*prepared), std::move(actor));
    auto updated = co_await std::move(updating);
    co_return updated;
}

Task<Result<Removed>> remove(Rooms& rooms, std::string id, std::string actor) {
    auto removing = rooms.supervisor.remove(id, std::move(actor));
    auto removed = co_await std::move(removing);
    if (!removed) co_return removed.error();
    rooms.gateway.usage().forget(id);
    co_return Removed{};
}

/// Until a check of this run was good; an error when the last one was bad at the end of `limit`.
Task<Result<>> await_good_check(Rooms& rooms, std::string id, Duration limit) {
    constexpr Duration between_looks{100};
    const auto end = Clock::now() + limit;
    for (;;) {
        const auto server = rooms.supervisor.find(id);
        if (!server) co_return server.error();
        if (server->status.state != ServerState::running)
            co_return Error{ErrorCode::cannot_launch,
                            "it is " + std::string(wire_name(server->status.state)) + " again"};
        const auto check = rooms.control.last_check(id);
        const bool is_its = check && check->at >= server->status.started_at.value_or(Timestamp{});
        if (is_its && check->outcome == CheckOutcome::good) co_return Result<>{};
        if (Clock::now() >= end) {
            if (!is_its || check->outcome != CheckOutcome::bad) co_return Result<>{};
            co_return Error{ErrorCode::cannot_launch,
                            "it did not become healthy within " + format_duration(limit) + ": " + check->why};
        }
        co_await sleep_for(between_looks);
    }
}

/// Where somebody said how to look at its health, it must also be well in the time that a start may take.
Task<Result<>> restart_well(Rooms& rooms, std::string id, HealthSpec health, Duration limit,
                            std::string actor) {
    auto restarting = rooms.supervisor.restart(id, std::move(actor));
    const auto restarted = co_await std::move(restarting);
    if (!restarted) co_return restarted.error();
    if (health.kind == HealthKind::automatic || health.kind == HealthKind::none) co_return Result<>{};
    auto waiting = await_good_check(rooms, std::move(id), limit + health.start_period);
    const auto well = co_await std::move(waiting);
    co_return well;
}

/// A new image that does not become ready and healthy gives way to the one before it.
Task<Result<>> try_new_image(Rooms& rooms, std::string id, ServerSpec before, std::string actor) {
    auto trying = restart_well(rooms, id, before.health, before.start_timeout, actor);
    const auto tried = co_await std::move(trying);
    if (tried) co_return Result<>{};
    Error error = tried.error();
    error.message = "the new image of \"" + before.name + "\" is not taken: " + error.message;
    error.hint = "mcpm logs " + before.name + " has what it said";
    auto updating = rooms.supervisor.update(id, std::move(before), actor);
    const auto updated = co_await std::move(updating);
    if (!updated) co_return updated.error();
    auto starting = rooms.supervisor.restart(id, std::move(actor));
    const auto started = co_await std::move(starting);
    error.message += started ? "; the image before it runs again"
                             : "; the image before it is pinned again, and: " + started.error().message;
    co_return error;
}

Task<Result<wire::Json>> upgrade(Rooms& rooms, ServerView server, Upgrade what, std::string version,
                                 std::string actor) {
    const auto id = server.id;
    const ServerSpec before = server.spec;
    const bool must_restart =
        std::holds_alternative<ImageSource>(before.source) && server.status.state == ServerState::running;
    auto upgrading = rooms.control.upgrade(std::move(server), what, std::move(version));
    auto outcome = co_await std::move(upgrading);
    if (!outcome) co_return outcome.error();
    const bool is_upgraded = outcome->installed.has_value();
    if (is_upgraded) {
        auto updating = rooms.supervisor.update(id, std::move(*outcome->installed), actor);
        auto updated = co_await std::move(updating);
        if (!updated) co_return updated.error();
        if (must_restart) {
            auto trying = try_new_image(rooms, id, before, actor);
            auto tried = co_await std::move(trying);
            if (!tried) co_return tried.error();
        }
    }
    wire::Json json;
    json["current"] = outcome->current;
    json["available"] = outcome->available;
    json["upgraded"] = is_upgraded;
    if (!outcome->note.empty()) json["note"] = outcome->note;
    co_return Result<wire::Json>(boost::system::in_place_value, std::move(json));
}

}  // namespace

Result<> check_name_is_free(const Rooms& rooms, const std::string& name, const std::string& own_id) {
    for (const auto& server : rooms.supervisor.outlines()) {
        if (server.spec->name != name || server.id == own_id) continue;
        return Error{ErrorCode::conflict, "defining server '" + name + "': a server of that name exists"};
    }
    return {};
}

Task<Result<ServerView>> define(Rooms& rooms, ServerSpec spec, std::string actor) {
    auto preparing = with_package(rooms, std::move(spec));
    auto prepared = co_await std::move(preparing);
    if (!prepared) co_return prepared.error();
    auto creating = rooms.supervisor.create(std::move(*prepared), std::move(actor));
    auto created = co_await std::move(creating);
    co_return created;
}

Task<http::Response> list_servers(Rooms& rooms, http::Request request) {
    std::string data = "[";
    const auto servers = rooms.supervisor.outlines();
    rooms.definition_texts.expect(servers.size());
    for (const auto& server : servers) {
        if (!is_asked_for(*server.spec, server.status, request)) continue;
        if (data.size() > 1) data += ',';
        data += wire::list_entry(server, rooms.definition_texts.of(server));
    }
    co_return success_raw(data + "]");
}

Task<http::Response> create_server(Rooms& rooms, http::Request request) {
    const auto json = wire::parse(request.body);
    if (!json) co_return failure(json.error());
    auto spec = wire::to_spec(*json);
    if (!spec) co_return failure(spec.error());
    if (auto good = validate(*spec); !good) co_return failure(good.error());
    if (auto unused = check_name_is_free(rooms, spec->name, {}); !unused) co_return failure(unused.error());
    settle_pin(nullptr, *spec);
    const std::string what = "define " + spec->name;
    auto work = define(rooms, std::move(*spec), actor_of(request));
    auto running = run_to_its_end<ServerView>(rooms, what, std::move(work));
    const auto created = co_await std::move(running);
    if (!created) co_return failure(created.error());
    auto response = success(defined_json(rooms, *created), 201);
    response.headers.emplace_back("Location", "/api/servers/" + created->id);
    co_return response;
}

Task<http::Response> show_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    co_return success(shown_server(rooms, *server));
}

Task<http::Response> patch_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto patch = wire::parse(request.body);
    if (!patch) co_return failure(patch.error());
    if (!patch->is_object()) {
        co_return failure(
            Error{ErrorCode::validation_error, "body: a JSON object (a merge patch) is expected"});
    }
    auto spec = wire::merge_spec(server->spec, *patch);
    if (!spec) co_return failure(spec.error());
    if (auto good = validate(*spec); !good) co_return failure(good.error());
    if (auto unused = check_name_is_free(rooms, spec->name, server->id); !unused)
        co_return failure(unused.error());
    settle_pin(&server->spec, *spec);
    auto work = redefine(rooms, server->id, std::move(*spec), actor_of(request));
    auto running = run_to_its_end<ServerView>(rooms, "change " + server->id, std::move(work));
    const auto updated = co_await std::move(running);
    if (!updated) co_return failure(updated.error());
    co_return success(defined_json(rooms, *updated));
}

Task<http::Response> delete_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto work = remove(rooms, server->id, actor_of(request));
    auto running = run_to_its_end<Removed>(rooms, "remove " + server->id, std::move(work));
    const auto removed = co_await std::move(running);
    if (!removed) co_return failure(removed.error());
    co_return success_message("Server deleted successfully");
}

Task<http::Response> upgrade_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    if (!std::holds_alternative<PackageSource>(server->spec.source) &&
        !std::holds_alternative<ImageSource>(server->spec.source)) {
        co_return failure(Error{
            ErrorCode::validation_error,
            "upgrading server '" + server->spec.name + "': it does not come from a package or an image"});
    }
    const auto what = flag(request, "check") ? Upgrade::check : Upgrade::perform;
    auto work = upgrade(rooms, *server, what, std::string(request.parameter("version").value_or("")),
                        actor_of(request));
    auto running = run_to_its_end<wire::Json>(rooms, "upgrade " + server->id, std::move(work));
    const auto outcome = co_await std::move(running);
    if (!outcome) co_return failure(outcome.error());
    co_return success(*outcome);
}

}  // namespace mcpm::api
