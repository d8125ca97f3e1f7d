// The POST that brings spans or metrics to a receiver of OTLP over HTTP
// (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
#pragma once

#include "agent/outgoing/client.hpp"
#include "agent/traces/settings.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace mcpm::traces {

/// `settings` are those of the spans or of the metrics; `body` is written as their protocol says.
template <typename ReceiverSettings>
outgoing::Request otlp_request(const ReceiverSettings& settings, std::string body) {
    constexpr std::uint64_t most_answer_bytes = 64U << 10U;
    const bool is_json = settings.protocol == Protocol::json;
    outgoing::Request request;
    request.method = "POST";
    request.url = settings.url;
    request.headers = settings.headers;
    request.headers.emplace_back("Content-Type", is_json ? "application/json" : "application/x-protobuf");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    request.body = std::move(body);
    request.limits.total = settings.timeout;
    request.limits.body = most_answer_bytes;
    return request;
}

}  // namespace mcpm::traces
