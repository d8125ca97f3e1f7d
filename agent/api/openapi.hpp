// The table of routes as OpenAPI 3.1. Pure.
#pragma once

#include "agent/api/routes.hpp"
#include "common/wire.hpp"

#include <span>

namespace mcpm::api {

wire::Json openapi(std::span<const RouteRow> rows);

}  // namespace mcpm::api
