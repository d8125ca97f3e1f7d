// Definitions: list, create, show, change, remove, upgrade.
#include "agent/api/defined_json.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/api/server_filter.hpp"
#include "agent/api/tool_words.hpp"
#include "agent/async/task.hpp"
#include "agent/door/answer.hpp"
#include "common/event_type.hpp"
#include "common/fields/event_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/upgrade_fields.hpp"
#include "common/risks.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

KnownTools tools_of(const Rooms& rooms, const std::string& server_id) {
    const auto kept = rooms.offers.kept(server_id);
    return kept ? KnownTools(tool_names(kept->tools)) : KnownTools();
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

Result<> check_policy_of(const Rooms& rooms, const ServerSpec& spec) {
    return rooms.control.check_policy ? rooms.control.check_policy(spec) : Result<>{};
}

/// What reaches beyond the server's own box is on record with who gave it.
void say_risks(Rooms& rooms, const ServerView& server, const std::string& actor) {
    for (const Risk& risk : risks_of(server.spec)) {
        Event event;
        event.at = now_utc();
        event.type = name_of(EventType::server_risk);
        event.server_id = server.id;
        event.server_name = server.spec.name;
        event.actor = actor;
        event.message = "\"" + server.spec.name + "\": " + risk.sentence;
        event.detail = wire::to_text(wire::Json{{fields::event::risk, risk.name}});
        rooms.supervisor.add_event(std::move(event));
    }
}

}  // namespace

wire::Json defined_json(const Rooms& rooms, const ServerView& server, const std::vector<std::string>& said) {
    auto json = wire::from_view(server);
    wire::Json notes = said;
    for (const auto& note : rooms.definitions.notes(server.spec)) notes.push_back(note);
    const auto* const package = std::get_if<PackageSource>(&server.spec.source);
    if (package != nullptr && package->pin && !package->pin->scripts.empty()) {
        notes.push_back("install scripts were not run (of " + listed(package->pin->scripts) +
                        "); if it does not work without: mcpm update " + in_shell_words(server.spec.name) +
                        " --allow-scripts");
    }
    if (!notes.empty()) json[fields::server::notes] = std::move(notes);
    return json;
}

namespace {

wire::Json upgrade_json(const UpgradeOutcome& outcome) {
    wire::Json json;
    json[fields::upgrade::current] = outcome.current;
    json[fields::upgrade::available] = outcome.available;
    json[fields::upgrade::upgraded] = outcome.installed.has_value();
    if (!outcome.note.empty()) json[fields::upgrade::note] = outcome.note;
    return json;
}

}  // namespace

Task<http::Response> list_servers(Rooms& rooms, http::Request& request) {
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

Task<http::Response> create_server(Rooms& rooms, http::Request& request) {
    const auto json = wire::parse(request.body);
    if (!json) co_return failure(json.error());
    auto spec = wire::to_spec(*json);
    if (!spec) co_return failure(spec.error());
    if (auto allowed = check_policy_of(rooms, *spec); !allowed) co_return failure(allowed.error());
    const std::string what = "define " + spec->name;
    auto work = rooms.definitions.define(std::move(*spec), actor_of(request));
    const auto created = co_await run_to_its_end<ServerView>(rooms, what, std::move(work));
    if (!created) co_return failure(created.error());
    say_risks(rooms, *created, actor_of(request));
    auto response = success(defined_json(rooms, *created), 201);
    response.headers.emplace_back("Location", "/api/servers/" + created->id);
    co_return response;
}

Task<http::Response> show_server(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    co_return success(shown_server(rooms, *server));
}

Task<http::Response> patch_server(Rooms& rooms, http::Request& request) {
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
    const auto said =
        check_tool_words(spec->name, server->spec.tools, spec->tools, tools_of(rooms, server->id));
    if (!said) co_return failure(said.error());
    if (auto allowed = check_policy_of(rooms, *spec); !allowed) co_return failure(allowed.error());
    const bool has_new_risks = risks_of(*spec) != risks_of(server->spec);
    auto work = rooms.definitions.redefine(server->id, std::move(*spec), actor_of(request));
    const auto updated = co_await run_to_its_end<ServerView>(rooms, "change " + server->id, std::move(work));
    if (!updated) co_return failure(updated.error());
    if (has_new_risks) say_risks(rooms, *updated, actor_of(request));
    co_return success(defined_json(rooms, *updated, *said));
}

Task<http::Response> delete_server(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto removed = co_await run_to_its_end(rooms, "remove " + server->id,
                                                 rooms.definitions.remove(server->id, actor_of(request)));
    if (!removed) co_return failure(removed.error());
    co_return success_message("Server deleted successfully");
}

Task<http::Response> upgrade_server(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto what = flag(request, "check") ? Upgrade::check : Upgrade::perform;
    std::string version(request.parameter("version").value_or(""));
    auto work = rooms.definitions.upgrade(*server, what, std::move(version), actor_of(request));
    const auto outcome =
        co_await run_to_its_end<UpgradeOutcome>(rooms, "upgrade " + server->id, std::move(work));
    if (!outcome) co_return failure(outcome.error());
    co_return success(upgrade_json(*outcome));
}

}  // namespace mcpm::api
