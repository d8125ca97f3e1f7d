#include "agent/access/profile_json.hpp"

#include "common/fields/profile_fields.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

namespace mcpm::access {

namespace {

using wire::Json;

Error bad(const std::string& field, const std::string& expected) {
    return Error{ErrorCode::validation_error, field + ": " + expected};
}

std::optional<Error> unknown_key(const Json& object, std::initializer_list<std::string_view> known,
                                 const std::string& where) {
    for (const auto& [key, value] : object.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end())
            return bad(where + key, "no such field");
    }
    return {};
}

std::optional<Error> take_text(const Json& object, const char* key, const std::string& field,
                               std::string& out) {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    if (!found->is_string()) return bad(field, "a text is expected");
    out = found->get<std::string>();
    return {};
}

std::optional<Error> take_patterns(const Json& tools, const char* key, const std::string& field,
                                   std::vector<std::string>& out) {
    const auto found = tools.find(key);
    if (found == tools.end()) return {};
    if (!found->is_array()) return bad(field, "a list of patterns is expected");
    for (const auto& pattern : *found) {
        if (!pattern.is_string()) return bad(field, "a list of patterns is expected");
        out.push_back(pattern.get<std::string>());
    }
    return {};
}

std::optional<Error> take_server(const Json& json, const std::string& field, ProfileServer& out) {
    if (json.is_string()) {  // the server with all its tools
        out.server = json.get<std::string>();
        return {};
    }
    if (!json.is_object()) return bad(field, R"(NAME or {"server": NAME} is expected)");
    if (auto problem = unknown_key(json, {fields::profile::server, fields::profile::tools}, field + "."))
        return problem;
    if (auto problem = take_text(json, fields::profile::server, field + ".server", out.server))
        return problem;
    const auto tools = json.find(fields::profile::tools);
    if (tools == json.end()) return {};
    if (!tools->is_object()) return bad(field + ".tools", R"({"allow": […], "deny": […]} is expected)");
    if (auto problem =
            unknown_key(*tools, {fields::profile::allow, fields::profile::deny}, field + ".tools."))
        return problem;
    if (auto problem = take_patterns(*tools, fields::profile::allow, field + ".tools.allow", out.allow))
        return problem;
    return take_patterns(*tools, fields::profile::deny, field + ".tools.deny", out.deny);
}

std::optional<Error> take_profile(const Json& json, Profile& out) {
    if (!json.is_object()) return bad("body", "a JSON object is expected");
    if (auto problem = unknown_key(json,
                                   {fields::profile::name, fields::profile::description,
                                    fields::profile::instructions, fields::profile::servers},
                                   ""))
        return problem;
    if (auto problem = take_text(json, fields::profile::name, "name", out.name)) return problem;
    if (auto problem = take_text(json, fields::profile::description, "description", out.description))
        return problem;
    if (auto problem = take_text(json, fields::profile::instructions, "instructions", out.instructions))
        return problem;
    const auto servers = json.find(fields::profile::servers);
    if (servers == json.end()) return {};
    if (!servers->is_array()) return bad("servers", "a list is expected");
    for (std::size_t at = 0; at < servers->size(); ++at) {
        ProfileServer one;
        if (auto problem = take_server((*servers)[at], "servers[" + std::to_string(at) + "]", one))
            return problem;
        out.servers.push_back(std::move(one));
    }
    return {};
}

}  // namespace

Json to_json(const Profile& profile) {
    Json json{{fields::profile::name, profile.name}, {fields::profile::description, profile.description}};
    if (!profile.instructions.empty()) json[fields::profile::instructions] = profile.instructions;
    json[fields::profile::servers] = Json::array();
    for (const auto& one : profile.servers) {
        Json server{{fields::profile::server, one.server}};
        server[fields::profile::tools] = {{fields::profile::allow, one.allow},
                                          {fields::profile::deny, one.deny}};
        json[fields::profile::servers].push_back(std::move(server));
    }
    return json;
}

Result<Profile> profile_of(const Json& json) {
    Profile profile;
    if (auto problem = take_profile(json, profile)) return std::move(*problem);
    if (auto good = validate(profile); !good) return good.error();
    return profile;
}

}  // namespace mcpm::access
