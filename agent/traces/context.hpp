// Which trace a call belongs to: `traceparent` and `tracestate` of W3C Trace Context
// (https://www.w3.org/TR/trace-context/, version 00), as text and as a value. Pure but for new ids.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::traces {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

struct Context {
    TraceId trace{};
    SpanId span{};
    bool is_sampled = false;
    std::string state = {};  // tracestate, as it came
    bool operator==(const Context&) const = default;
};

/// Nothing for what is malformed, of version ff, or has an id of zeros; a later version is read as far as it
/// is like ours. A state that is too long, or has what no header may have, is left out.
std::optional<Context> read_context(std::string_view traceparent, std::string_view tracestate = {});
std::string write_traceparent(const Context& context);

/// From the kernel's random source; some dozen are fetched at once.
TraceId new_trace_id();
SpanId new_span_id();

std::string hex_of(const TraceId& id);
std::string hex_of(const SpanId& id);

}  // namespace mcpm::traces
