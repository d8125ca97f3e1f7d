#include "agent/engine/credentials.hpp"

#include "agent/engine/reading.hpp"
#include "common/ascii.hpp"
#include "common/base64.hpp"
#include "common/docker_context.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <array>

namespace mcpm::engine {

namespace {

constexpr std::string_view docker_hub = "https://index.docker.io/v1/";

/// "https://ghcr.io/v2/" is the registry "ghcr.io".
std::string_view host_of(std::string_view key) {
    if (const auto url = split_url(key)) return url->authority;
    return key.substr(0, key.find('/'));
}

bool is_helper_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

std::optional<Credentials> given_in(const Json& entry) {
    Credentials found{text_in(entry, "username"), text_in(entry, "password"),
                      text_in(entry, "identitytoken")};
    if (const auto both = base64::decode(text_in(entry, "auth")); both && !both->empty()) {
        const auto colon = both->find(':');
        if (colon == std::string::npos) return std::nullopt;
        found.user = both->substr(0, colon);
        found.password = both->substr(colon + 1);
        while (!found.password.empty() && found.password.back() == '\0') found.password.pop_back();
    }
    if (found.user.empty() && found.identity_token.empty()) return std::nullopt;
    return found;
}

}  // namespace

std::string docker_config_path(const std::map<std::string, std::string>& environment) {
    const std::string folder = docker_folder(environment);
    return folder.empty() ? folder : folder + "/config.json";
}

std::string credentials_key(std::string_view registry) {
    return std::string(registry == "docker.io" ? docker_hub : registry);
}

Result<CredentialSource> find_credentials(std::string_view config_json, std::string_view registry) {
    const Json config = parse_json(config_json);
    if (!config.is_object())
        return Error{ErrorCode::validation_error, "read docker's configuration: it is no JSON object"};
    const std::string key = credentials_key(registry);
    CredentialSource source;
    source.helper = text_in(member(config, "credHelpers"), std::string(registry).c_str());
    if (source.helper.empty()) source.helper = text_in(member(config, "credHelpers"), key.c_str());
    if (source.helper.empty()) source.helper = text_in(config, "credsStore");
    if (!source.helper.empty() && !is_helper_name(source.helper))
        return Error{ErrorCode::validation_error,
                     "read docker's configuration: a credential helper's name is no name"};
    const Json& entries = member(config, "auths");
    if (!entries.is_object()) return source;
    for (const auto& [name, entry] : entries.items()) {
        if (name != key && host_of(name) != host_of(key)) continue;
        source.given = given_in(entry);
        if (source.given) break;
    }
    return source;
}

std::optional<Credentials> read_helper(std::string_view answer) {
    const Json json = parse_json(answer);
    Credentials found{text_in(json, "Username"), text_in(json, "Secret")};
    if (found.user.empty() && found.password.empty()) return std::nullopt;
    if (found.user == "<token>") return Credentials{{}, {}, found.password};
    return found;
}

std::string registry_auth(const Credentials& credentials, std::string_view registry) {
    Json json{{"serveraddress", credentials_key(registry)}};
    if (credentials.identity_token.empty()) {
        json["username"] = credentials.user;
        json["password"] = credentials.password;
    } else {
        json["identitytoken"] = credentials.identity_token;
    }
    return base64::encode(json.dump(-1, ' ', false, Json::error_handler_t::replace), base64::Alphabet::url);
}

}  // namespace mcpm::engine
