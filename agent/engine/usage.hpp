// The answer to GET /containers/{id}/stats?one-shot. Foreign bytes. Pure.
#pragma once

#include "agent/engine/types.hpp"
#include "common/error.hpp"

#include <string_view>

namespace mcpm::engine {

Result<Usage> read_usage(std::string_view body);

}  // namespace mcpm::engine
