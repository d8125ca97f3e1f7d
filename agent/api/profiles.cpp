// Profiles: list, create, show, change, remove.
#include "agent/access/profile_json.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/tool_words.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/profile_fields.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

wire::Json profile_json(const access::KnownProfile& known) {
    auto json = access::to_json(known.profile);
    json[fields::profile::created_at] = format_time(known.created_at);
    json[fields::profile::updated_at] = format_time(known.updated_at);
    return json;
}

Error no_such_profile(const std::string& name) {
    return Error{ErrorCode::not_found, "there is no profile '" + name + "'", {}, "mcpm profile list"};
}

/// Servers come and go; but one that is not there when it is named is a typo.
Result<> check_servers(const Rooms& rooms, const Profile& profile, const Profile* before) {
    std::string missing;
    for (const auto& one : profile.servers) {
        const bool was_named =
            before != nullptr &&
            std::any_of(before->servers.begin(), before->servers.end(),
                        [&](const ProfileServer& old) { return old.server == one.server; });
        const auto found = rooms.supervisor.find(one.server);
        const bool is_named = found && found->spec.name == one.server;
        if (!was_named && !is_named) missing += (missing.empty() ? "'" : ", '") + one.server + "'";
    }
    if (missing.empty()) return {};
    return Error{ErrorCode::validation_error, "servers: there is no server " + missing, {}, "mcpm list"};
}

KnownTools tools_of(const Rooms& rooms, const std::string& name) {
    const auto server = rooms.supervisor.find(name);
    const auto kept = server ? rooms.offers.kept(server->id) : nullptr;
    return kept ? KnownTools(tool_names(kept->tools)) : KnownTools();
}

/// `--tool add` chooses the tool of whichever server has it; where another has, this one need not.
void drop_others(std::vector<std::string>& words, const std::vector<std::string>& of_others) {
    std::erase_if(words, [&](const std::string& word) {
        return std::find(of_others.begin(), of_others.end(), word) != of_others.end();
    });
}

/// Of each server's tools that are chosen: a name that is none's is a typo.
Result<std::vector<std::string>> check_tools(const Rooms& rooms, const Profile& profile,
                                             const Profile* before) {
    std::vector<std::string> notes, all;
    for (const auto& one : profile.servers) {
        const auto known = tools_of(rooms, one.server).value_or(std::vector<std::string>());
        all.insert(all.end(), known.begin(), known.end());
    }
    for (const auto& one : profile.servers) {
        ToolRules was;
        for (const auto& old : before == nullptr ? std::vector<ProfileServer>() : before->servers) {
            if (old.server == one.server) was = ToolRules{old.allow, old.deny};
        }
        ToolRules now{one.allow, one.deny};
        if (profile.servers.size() > 1) drop_others(now.allow, all);
        if (profile.servers.size() > 1) drop_others(now.deny, all);
        auto said = check_tool_words(one.server, was, now, tools_of(rooms, one.server));
        if (!said) return said.error();
        notes.insert(notes.end(), said->begin(), said->end());
    }
    return notes;
}

Task<http::Response> keep_and_show(Rooms& rooms, Profile profile, const Profile* before, unsigned status) {
    const auto said = check_tools(rooms, profile, before);
    if (!said) co_return failure(said.error());
    const std::string name = profile.name;
    auto keeping = before == nullptr ? rooms.profiles.create(std::move(profile), now_utc())
                                     : rooms.profiles.replace(std::move(profile), now_utc());
    const auto kept = co_await run_to_its_end(rooms, "keep profile", std::move(keeping));
    if (!kept) co_return failure(kept.error());
    const auto* known = rooms.profiles.look(name);
    if (known == nullptr) co_return failure(no_such_profile(name));
    auto json = profile_json(*known);
    if (!said->empty()) json[fields::profile::notes] = *said;
    co_return success(json, status);
}

}  // namespace

Task<http::Response> list_profiles(Rooms& rooms, http::Request&) {
    auto json = wire::Json::array();
    for (const auto& [name, known] : rooms.profiles.all()) json.push_back(profile_json(known));
    co_return success(json);
}

Task<http::Response> show_profile(Rooms& rooms, http::Request& request) {
    const auto& name = request.path_values.at(0);
    const auto* known = rooms.profiles.look(name);
    if (known == nullptr) co_return failure(no_such_profile(name));
    co_return success(profile_json(*known));
}

Task<http::Response> create_profile(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::profile::name, fields::profile::description,
                                          fields::profile::instructions, fields::profile::servers});
    if (!body) co_return failure(body.error());
    auto profile = access::profile_of(*body);
    if (!profile) co_return failure(profile.error());
    if (const auto good = check_servers(rooms, *profile, nullptr); !good) co_return failure(good.error());
    co_return co_await keep_and_show(rooms, std::move(*profile), nullptr, 201);
}

/// A merge patch (RFC 7396); the name stays.
Task<http::Response> patch_profile(Rooms& rooms, http::Request& request) {
    const auto& name = request.path_values.at(0);
    const auto* known = rooms.profiles.look(name);
    if (known == nullptr) co_return failure(no_such_profile(name));
    const auto body = object_of(
        request, {fields::profile::description, fields::profile::instructions, fields::profile::servers});
    if (!body) co_return failure(body.error());
    auto json = access::to_json(known->profile);
    json.merge_patch(*body);
    auto profile = access::profile_of(json);
    if (!profile) co_return failure(profile.error());
    if (const auto good = check_servers(rooms, *profile, &known->profile); !good)
        co_return failure(good.error());
    const Profile before = known->profile;
    co_return co_await keep_and_show(rooms, std::move(*profile), &before, 200);
}

Task<http::Response> delete_profile(Rooms& rooms, http::Request& request) {
    const std::string name = request.path_values.at(0);
    std::string bound;
    for (const auto& token : rooms.tokens.bound_to(name)) bound += (bound.empty() ? "" : ", ") + token;
    if (!bound.empty()) {
        co_return failure(Error{ErrorCode::conflict,
                                "removing profile '" + name + "': tokens are bound to it: " + bound,
                                {},
                                "mcpm token revoke " + in_shell_words(bound)});
    }
    const auto dropped = co_await run_to_its_end(rooms, "remove profile", rooms.profiles.remove(name));
    if (!dropped) co_return failure(dropped.error());
    co_return success_message("Profile deleted successfully");
}

}  // namespace mcpm::api
