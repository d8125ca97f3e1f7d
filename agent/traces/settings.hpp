// Where spans go and which: the usual variables of OpenTelemetry
// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Pure.
#pragma once

#include "agent/traces/span.hpp"
#include "common/server_spec.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::traces {

enum class Protocol { protobuf, json };

struct Sampler {
    bool asks_parent = true;  // decides as the caller's context says, where there is one
    double ratio = 1.0;       // of those without a parent, or of all
    bool operator==(const Sampler&) const = default;
};

struct Settings {
    std::string url = {};  // empty: nothing is exported, and calls are not looked at
    std::vector<std::pair<std::string, std::string>> headers = {};  // secret
    Protocol protocol = Protocol::protobuf;
    Sampler sampler = {};
    Resource resource = {};
    Duration timeout{10'000};
    Duration schedule_delay{5'000};
    std::size_t most_queued = 2048, most_in_batch = 512;
};

struct MeasureSettings {
    std::string url = {};                                           // empty: no metrics are sent
    std::vector<std::pair<std::string, std::string>> headers = {};  // secret
    Protocol protocol = Protocol::protobuf;
    Resource resource = {};
    Duration timeout{10'000}, interval{60'000};
};

using ReadVariable = std::function<std::optional<std::string>(const char* name)>;

/// A value that cannot be read is as if it were not there, which the specification asks for; `problems` says
/// so.
Settings read_settings(const ReadVariable& environment, std::vector<std::string>& problems);

MeasureSettings read_measure_settings(const ReadVariable& environment, std::vector<std::string>& problems);

/// By the trace's id, so that every program with this ratio decides alike.
bool is_sampled(const Sampler& sampler, const std::optional<Context>& parent, const TraceId& trace);

}  // namespace mcpm::traces
