// May this peer ask this? Pure: the peer, the method and a few headers in, a verdict out.
#pragma once

#include "agent/http/message.hpp"
#include "common/error.hpp"

#include <sys/types.h>

namespace mcpm::api {

/// On the unix socket: the agent's own user and root. Elsewhere: nobody yet (unauthorized).
/// A state-changing request with a body must say that it is JSON (validation_error): a web page cannot send
/// that to another origin without asking first.
Result<> decide_access(const http::Request& request, uid_t own_uid);

/// "application/json", in any case, with or without parameters.
bool is_json_type(std::string_view content_type);

}  // namespace mcpm::api
