// A filled-in template becomes a server: its secrets stored, defined, started if asked. What was begun and
// could not be finished leaves nothing behind.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/templates/fill.hpp"

#include <string>

namespace mcpm::api {

enum class AfterDeployment { leave, start };

/// 201 and the server. `origin` is said in the event: "template github". A secret's name that is taken is
/// refused; forbidden when the configuration refuses what the definition asks for.
Task<http::Response> deploy(Rooms& rooms, templates::Filled filled, std::string origin, std::string actor,
                            AfterDeployment after);

}  // namespace mcpm::api
