// Which servers a list asks for. Pure.
#pragma once

#include "agent/http/message.hpp"
#include "common/server_status.hpp"

namespace mcpm::api {

/// The query's status, type, health, label and q; all that are given must hold. `q` takes no notice of ASCII
/// case.
bool is_asked_for(const ServerSpec& spec, const ServerStatus& status, const http::Request& request);

}  // namespace mcpm::api
