// What the user's docker configuration (config.json) says of a registry: credentials in it, or which helper
// has them. Pure: the file is read and the helper is run by others. A helper's protocol:
// docker/docker-credential-helpers.
#pragma once

#include "common/error.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::engine {

struct Credentials {
    std::string user, password;
    std::string identity_token = {};  // in place of both
};

/// Where `docker login` keeps them: $DOCKER_CONFIG/config.json, else $HOME/.docker/config.json. Empty without
/// both.
std::string docker_config_path(const std::map<std::string, std::string>& environment);

/// The name under which docker keeps a registry's credentials ("docker.io" has an old one).
std::string credentials_key(std::string_view registry);

struct CredentialSource {
    std::string helper = {};  // "pass" of docker-credential-pass; empty: `given`
    std::optional<Credentials> given = {};
};
/// validation_error when the file is no JSON; a helper's name is letters, digits, "-", "_" and ".".
Result<CredentialSource> find_credentials(std::string_view config_json, std::string_view registry);

/// What a helper answered to `get`. Nothing when it is no answer.
std::optional<Credentials> read_helper(std::string_view answer);

/// The value of X-Registry-Auth.
std::string registry_auth(const Credentials& credentials, std::string_view registry);

}  // namespace mcpm::engine
