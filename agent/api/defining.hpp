// Defining a server from within a handler: installed first where it is a package, then created.
#pragma once

#include "agent/api/rooms.hpp"

#include <string>

namespace mcpm::api {

/// conflict: a server of that name exists (another than `own_id`). Said before a package is downloaded for
/// nothing.
Result<> check_name_is_free(const Rooms& rooms, const std::string& name, const std::string& own_id);

Task<Result<ServerView>> define(Rooms& rooms, ServerSpec spec, std::string actor);

}  // namespace mcpm::api
