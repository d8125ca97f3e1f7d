// A filled-in template becomes a server: its secrets stored, defined, started if asked. What was begun and
// could not be finished leaves nothing behind.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/templates/fill.hpp"
#include "common/error.hpp"
#include "common/wire.hpp"

#include <string>

namespace mcpm::api {

enum class AfterDeployment { leave, start };
enum class Deploying { in_earnest, dry_run };
enum class IfBroken { refuse, install };

/// What a body wants of the server that is made of a template or of an entry of a registry.
struct DeploymentWishes {
    std::string name = {};  // empty where the body gives none
    templates::Values values = {};
    AfterDeployment after = AfterDeployment::leave;
    Deploying how = Deploying::in_earnest;
    IfBroken if_broken = IfBroken::refuse;
};
/// `name`, `parameters`, `start`, `dryRun` and `force`; validation_error names the field.
Result<DeploymentWishes> read_wishes(const wire::Json& body);

/// 201 and the server. `origin` is said in the event: "template github". A secret's name that is taken is
/// refused; forbidden when the configuration refuses what the definition asks for.
Task<http::Response> deploy(Rooms& rooms, templates::Filled filled, std::string origin, std::string actor,
                            AfterDeployment after);

}  // namespace mcpm::api
