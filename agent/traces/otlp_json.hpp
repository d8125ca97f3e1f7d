// What every signal of OTLP has in common as JSON. Pure; internal to the room.
#pragma once

#include "agent/traces/span.hpp"
#include "common/wire.hpp"

#include <string_view>

namespace mcpm::traces {

/// KeyValue.
wire::Json pair_json(std::string_view key, const Value& value);

}  // namespace mcpm::traces
