// Which engine the user's docker configuration chooses: DOCKER_HOST, a context (DOCKER_CONTEXT, or the
// current one of config.json, as `docker context use` sets it), or the usual sockets. Reads two small files,
// and remembers nothing.
#pragma once

#include "common/engine_address.hpp"
#include "common/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// The engine's address in a context's meta.json. validation_error for one that is no unix socket. Pure.
Result<EngineAddress> read_context(std::string_view name, std::string_view meta_json);

/// The folder of docker's configuration: DOCKER_CONFIG, else .docker in HOME. Empty without both. Pure.
std::string docker_folder(const std::map<std::string, std::string>& environment);

/// In the order they are tried; one alone when somebody chose it (DOCKER_HOST comes before a context).
/// not_found for a context that is not there.
Result<std::vector<EngineAddress>> find_engine_addresses(
    const std::map<std::string, std::string>& environment);

/// What those read of the environment.
inline constexpr const char* engine_variables[] = {"DOCKER_HOST",   "DOCKER_TLS_VERIFY", "DOCKER_CONTEXT",
                                                   "DOCKER_CONFIG", "XDG_RUNTIME_DIR",   "HOME"};

}  // namespace mcpm
