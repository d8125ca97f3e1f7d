// OTLP as JSON: ids in hexadecimal, 64-bit numbers as text, enumerations as numbers
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
#include "agent/traces/otlp_json.hpp"

#include <chrono>

namespace mcpm::traces {

namespace {

using wire::Json;

std::string nanosecond_text(Instant at) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count());
}

Json value_json(const Value& value) {
    Json json = Json::object();
    if (const auto* text = std::get_if<std::string>(&value)) json["stringValue"] = *text;
    if (const auto* flag = std::get_if<bool>(&value)) json["boolValue"] = *flag;
    if (const auto* number = std::get_if<std::int64_t>(&value)) json["intValue"] = std::to_string(*number);
    return json;
}

}  // namespace

wire::Json pair_json(std::string_view key, const Value& value) {
    Json json = Json::object();
    json["key"] = key;
    json["value"] = value_json(value);
    return json;
}

namespace {

Json span_json(const Span& span) {
    Json json = Json::object();
    json["traceId"] = hex_of(span.context.trace);
    json["spanId"] = hex_of(span.context.span);
    if (!span.context.state.empty()) json["traceState"] = span.context.state;
    if (span.parent) json["parentSpanId"] = hex_of(*span.parent);
    json["name"] = span.name;
    json["kind"] = static_cast<int>(span.kind);
    json["startTimeUnixNano"] = nanosecond_text(span.begin);
    json["endTimeUnixNano"] = nanosecond_text(span.end);
    json["attributes"] = Json::array();
    for (const auto& attribute : span.attributes)
        json["attributes"].push_back(pair_json(attribute.key, attribute.value));
    for (const auto& event : span.events) {
        Json one = Json::object();
        one["timeUnixNano"] = nanosecond_text(event.at);
        one["name"] = event.name;
        json["events"].push_back(std::move(one));
    }
    for (const auto& link : span.links) {
        Json one = Json::object();
        one["traceId"] = hex_of(link.trace);
        one["spanId"] = hex_of(link.span);
        if (!link.state.empty()) one["traceState"] = link.state;
        json["links"].push_back(std::move(one));
    }
    if (span.is_error) {
        json["status"]["code"] = 2;
        if (!span.error.empty()) json["status"]["message"] = span.error;
    }
    return json;
}

}  // namespace

std::string write_json(const std::vector<Span>& spans, const Resource& resource) {
    Json scope_spans = Json::object();
    scope_spans["scope"]["name"] = resource.scope;
    scope_spans["scope"]["version"] = resource.scope_version;
    scope_spans["spans"] = Json::array();
    for (const auto& span : spans) scope_spans["spans"].push_back(span_json(span));
    Json resource_spans = Json::object();
    resource_spans["resource"]["attributes"] = Json::array();
    for (const auto& [key, value] : resource.attributes)
        resource_spans["resource"]["attributes"].push_back(pair_json(key, value));
    resource_spans["scopeSpans"] = Json::array({std::move(scope_spans)});
    Json request = Json::object();
    request["resourceSpans"] = Json::array({std::move(resource_spans)});
    return wire::to_text(request);
}

}  // namespace mcpm::traces
