// Results -> answers: the envelope, and the one table ErrorCode -> HTTP status. Pure.
#pragma once

#include "agent/http/message.hpp"
#include "common/error.hpp"
#include "common/server_status.hpp"
#include "common/wire.hpp"

#include <string_view>

namespace mcpm::door {

unsigned http_status(ErrorCode code);

http::Response failure(const Error& error);
http::Response success(const wire::Json& data, unsigned status = 200);
/// `json` is JSON text that passes as it is.
http::Response success_raw(std::string_view json);
http::Response success_message(std::string_view message);
http::Response success_message(std::string_view message, const wire::Json& data);
/// JSON without the envelope, for /health and its like.
http::Response plain_json(const wire::Json& data, unsigned status = 200);

/// An answer that is there already, for a handler that is no coroutine.
Task<http::Response> ready(http::Response response);

/// Text of any origin -> JSON text; what is not UTF-8 is replaced, never thrown at.
std::string dump(const wire::Json& json);

}  // namespace mcpm::door
