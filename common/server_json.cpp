#include "common/server_json.hpp"

namespace mcpm::server_json {

using wire::Json;

std::string text_of(const Json& object, std::string_view key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    if (found == object.end() || found->is_null() || found->is_structured()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

bool is_said(const Json& object, std::string_view key) {
    return text_of(object, key) == "true";
}

const Json& part_of(const Json& object, std::string_view key) {
    static const Json none = Json::array();
    if (!object.is_object()) return none;
    const auto found = object.find(key);
    return found != object.end() && found->is_structured() ? *found : none;
}

std::string text_in(const Json& object, std::string_view camel, std::string_view snake) {
    auto text = text_of(object, camel);
    return text.empty() ? text_of(object, snake) : text;
}

bool said_in(const Json& object, std::string_view camel, std::string_view snake) {
    return is_said(object, camel) || is_said(object, snake);
}

const Json& part_in(const Json& object, std::string_view camel, std::string_view snake) {
    const Json& part = part_of(object, camel);
    return part.empty() ? part_of(object, snake) : part;
}

const Json& server_of(const Json& document) {
    const Json& server = part_of(document, "server");
    return server.is_object() ? server : document;
}

std::string kind_of(const Json& package) {
    const auto kind = text_in(package, "registryType", "registry_type");
    return kind.empty() ? text_of(package, "registry_name") : kind;
}

std::string transport_of(const Json& package) {
    const auto type = text_of(part_of(package, "transport"), "type");
    return type.empty() ? "stdio" : type;
}

std::string identifier_of(const Json& package) {
    return text_in(package, "identifier", "name");
}

std::string image_of(const Json& package) {
    const std::string identifier = identifier_of(package);
    const std::string version = text_of(package, "version");
    const bool has_tag = identifier.find(':', identifier.rfind('/') + 1) != std::string::npos;
    return identifier + (has_tag || version.empty() ? "" : ":" + version);
}

bool is_image(std::string_view kind) {
    return kind == "oci" || kind == "docker";
}

std::vector<const Json*> packages_of(const Json& server) {
    std::vector<const Json*> packages;
    for (const std::string_view wanted : {"npm", "pypi", "oci", "docker", "mcpb"}) {
        for (const Json& package : part_of(server, "packages"))
            if (kind_of(package) == wanted) packages.push_back(&package);
    }
    return packages;
}

}  // namespace mcpm::server_json
