// What a receiver says in an answer of success: that it took a part only. ExportTraceServiceResponse and
// ExportMetricsServiceResponse (opentelemetry/proto/collector, OTLP "Partial Success"), which differ in the
// JSON name of the number alone. Pure; internal to the room.
#pragma once

#include "agent/traces/settings.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::traces {

struct PartialSuccess {
    std::uint64_t rejected = 0;  // spans or data points
    std::string message = {};    // why, in the receiver's words: at most 200 bytes
    bool operator==(const PartialSuccess&) const = default;
};

/// All zero where the answer says nothing of it, or cannot be read: then everything was taken.
PartialSuccess partial_success(Protocol protocol, std::string_view answer);

}  // namespace mcpm::traces
