// OTLP as protobuf: the fields of opentelemetry/proto/trace/v1/trace.proto that are used here, by their
// numbers.
#include "agent/traces/protobuf_message.hpp"
#include "agent/traces/span.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace mcpm::traces {

namespace {

using Message = ProtobufMessage;

/// AnyValue: string_value 1, bool_value 2, int_value 3.
Message value_message(const Value& value) {
    Message message;
    if (const auto* text = std::get_if<std::string>(&value)) message.text(1, *text);
    if (const auto* flag = std::get_if<bool>(&value)) message.number(2, *flag ? 1 : 0);
    if (const auto* number = std::get_if<std::int64_t>(&value))
        message.number(3, static_cast<std::uint64_t>(*number));
    return message;
}

}  // namespace

std::uint64_t nanoseconds(Instant at) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count());
}

/// KeyValue: key 1, value 2.
Message pair_message(std::string_view key, const Value& value) {
    Message message;
    message.text(1, key);
    message.message(2, value_message(value));
    return message;
}

/// Resource: attributes 1.
Message resource_message(const Resource& resource) {
    Message message;
    for (const auto& [key, value] : resource.attributes) message.message(1, pair_message(key, value));
    return message;
}

/// InstrumentationScope: name 1, version 2.
Message scope_message(const Resource& resource) {
    Message message;
    message.text_if(1, resource.scope);
    message.text_if(2, resource.scope_version);
    return message;
}

namespace {

/// Span.Event: time_unix_nano 1, name 2.
Message event_message(const SpanEvent& event) {
    Message message;
    message.fixed(1, nanoseconds(event.at));
    message.text(2, event.name);
    return message;
}

/// Span.Link: trace_id 1, span_id 2, trace_state 3.
Message link_message(const Context& context) {
    Message message;
    message.id(1, context.trace);
    message.id(2, context.span);
    message.text_if(3, context.state);
    return message;
}

Message span_message(const Span& span) {
    constexpr std::uint64_t status_error = 2;
    Message message;
    message.id(1, span.context.trace);
    message.id(2, span.context.span);
    message.text_if(3, span.context.state);
    if (span.parent) message.id(4, *span.parent);
    message.text_if(5, span.name);
    message.number(6, static_cast<std::uint64_t>(span.kind));
    message.fixed(7, nanoseconds(span.begin));
    message.fixed(8, nanoseconds(span.end));
    for (const auto& attribute : span.attributes)
        message.message(9, pair_message(attribute.key, attribute.value));
    for (const auto& event : span.events) message.message(11, event_message(event));
    for (const auto& link : span.links) message.message(13, link_message(link));
    if (span.is_error) {
        Message status;  // message 2, code 3
        status.text_if(2, span.error);
        status.number(3, status_error);
        message.message(15, status);
    }
    return message;
}

}  // namespace

std::string write_protobuf(const std::vector<Span>& spans, const Resource& resource) {
    Message scope_spans;  // scope 1, spans 2
    scope_spans.message(1, scope_message(resource));
    for (const auto& span : spans) scope_spans.message(2, span_message(span));
    Message resource_spans;  // resource 1, scope_spans 2
    resource_spans.message(1, resource_message(resource));
    resource_spans.message(2, scope_spans);
    Message request;  // resource_spans 1
    request.message(1, resource_spans);
    return request.take();
}

}  // namespace mcpm::traces
