#include "common/setup_json.hpp"

#include "common/package_registries.hpp"

namespace mcpm {

using wire::Json;

Json flat_definition(const ServerSpec& spec) {
    Json definition = wire::from_spec(spec);
    definition.erase("name");
    definition.erase("type");
    definition.erase("imagePin");
    for (const char* package : package_registries)
        if (definition.contains(package)) definition[package].erase("pin");
    if (!definition.contains("config")) return definition;
    const Json config = definition["config"];
    definition.erase("config");
    for (const auto& [key, value] : config.items()) definition[key == "environment" ? "env" : key] = value;
    return definition;
}

Json setup_as_json(const SpecFile& file) {
    Json json{{"version", 1}, {"servers", Json::object()}};
    for (const ServerSpec& spec : file.servers) json["servers"][spec.name] = flat_definition(spec);
    for (const Profile& profile : file.profiles) {
        Json& one = json["profiles"][profile.name];
        one = Json{{"servers", Json::object()}};
        if (!profile.description.empty()) one["description"] = profile.description;
        if (!profile.instructions.empty()) one["instructions"] = profile.instructions;
        for (const ProfileServer& server : profile.servers) {
            Json& rules = one["servers"][server.server] = Json::object();
            if (!server.allow.empty()) rules["allow"] = server.allow;
            if (!server.deny.empty()) rules["deny"] = server.deny;
        }
    }
    for (const ApprovedTools& approved : file.approvals) {
        Json& one = json["approvals"][approved.server] = Json::object();
        for (const auto& [tool, digest] : approved.tools) one[tool] = digest;
    }
    return json;
}

}  // namespace mcpm
