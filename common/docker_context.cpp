#include "common/docker_context.hpp"

#include "common/log_format.hpp"
#include "common/own_file.hpp"
#include "common/sha256.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace mcpm {

namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_file = 1 << 20;
constexpr std::size_t longest_quote = 200;

std::string value_of(const std::map<std::string, std::string>& environment, const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

std::optional<std::string> read_small(const std::string& path) {
    auto text = read_own_file(path, longest_file, {Links::followed, Owner::anybody});
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

Json member(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : Json();
}

std::string text_in(const Json& object, const char* key) {
    const Json found = member(object, key);
    return found.is_string() ? found.get<std::string>() : std::string();
}

std::string shown(std::string_view text) {
    std::string out = "\"";
    append_sanitized(out, text.substr(0, longest_quote), Ansi::strip);
    return out + "\"";
}

Error cannot_use(ErrorCode code, std::string_view name, const std::string& why) {
    return {code,
            "use docker's context " + shown(name) + ": " + why,
            {},
            "see `docker context ls`; `docker context use default` or DOCKER_HOST choose another engine"};
}

}  // namespace

Result<EngineAddress> read_context(std::string_view name, std::string_view meta_json) {
    const Json meta = Json::parse(meta_json.begin(), meta_json.end(), nullptr, false);
    const std::string host = text_in(member(member(meta, "Endpoints"), "docker"), "Host");
    if (host.empty()) return cannot_use(ErrorCode::validation_error, name, "its meta.json names no engine");
    if (!host.starts_with("unix://"))
        return cannot_use(ErrorCode::validation_error, name,
                          "it is at " + shown(host) + ", and only unix sockets are supported");
    auto address = parse_engine_address(host);
    if (!address) return cannot_use(ErrorCode::validation_error, name, address.error().message);
    return address;
}

std::string docker_folder(const std::map<std::string, std::string>& environment) {
    if (auto folder = value_of(environment, "DOCKER_CONFIG"); !folder.empty()) return folder;
    const auto home = value_of(environment, "HOME");
    return home.empty() ? std::string() : home + "/.docker";
}

Result<std::vector<EngineAddress>> find_engine_addresses(
    const std::map<std::string, std::string>& environment) {
    if (!value_of(environment, "DOCKER_HOST").empty()) return engine_addresses(environment);
    const std::string folder = docker_folder(environment);
    std::string name = value_of(environment, "DOCKER_CONTEXT");
    if (name.empty() && !folder.empty()) {
        const auto config = read_small(folder + "/config.json");
        if (config) name = text_in(Json::parse(*config, nullptr, false), "currentContext");
    }
    if (name.empty() || name == "default") return engine_addresses(environment);
    const std::string path = folder + "/contexts/meta/" + sha256_hex(name) + "/meta.json";
    const auto meta = folder.empty() ? std::nullopt : read_small(path);
    if (!meta) return cannot_use(ErrorCode::not_found, name, "there is no " + shown(path));
    auto address = read_context(name, *meta);
    if (!address) return address.error();
    return std::vector{std::move(*address)};
}

}  // namespace mcpm
