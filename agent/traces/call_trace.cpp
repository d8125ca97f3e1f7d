#include "agent/traces/call_trace.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mcpm::traces {

namespace {

constexpr std::size_t most_events = 32;

using Attributes = std::vector<Attribute>;

void add(Attributes& attributes, std::string_view key, std::string_view value) {
    if (!value.empty()) attributes.push_back({key, std::string(value)});
}

void add_port(Attributes& attributes, std::string_view key, std::uint16_t port) {
    if (port > 0) attributes.push_back({key, std::int64_t{port}});
}

/// "tools/call echo", of few different values: a URI is none of it, nor a name that the server does not have.
std::string title_of(const CallFacts& facts, const std::optional<Failure>& failure) {
    constexpr std::int64_t invalid_params = -32602;
    const bool is_unknown = failure && failure->code == invalid_params;
    return facts.target.empty() || is_unknown ? facts.method : facts.method + " " + facts.target;
}

/// What both spans say.
Attributes common_attributes(const CallFacts& facts) {
    Attributes attributes;
    add(attributes, name::method, facts.method);
    const bool is_tool = facts.method == "tools/call";
    if (is_tool) add(attributes, name::operation, "execute_tool");
    if (is_tool) add(attributes, name::tool, facts.target);
    if (facts.method == "prompts/get") add(attributes, name::prompt, facts.target);
    add(attributes, name::resource_uri, facts.uri);
    add(attributes, name::server, facts.server);
    add(attributes, name::profile, facts.profile);
    add(attributes, name::client, facts.client);
    return attributes;
}

std::string within_bounds(std::string_view text) {
    if (text.size() <= CallTrace::longest_content) return std::string(text);
    return "(" + std::to_string(text.size()) + " bytes)";
}

void finish(Span& span, const std::optional<Failure>& failure, Instant now) {
    span.end = now;
    if (!failure) return;
    span.is_error = true;
    span.error = failure->message;
    add(span.attributes, name::error_type, failure->type);
    if (failure->code) add(span.attributes, name::response_status, std::to_string(*failure->code));
}

}  // namespace

CallTrace::CallTrace(const Carried& carried,
                     const std::function<bool(const std::optional<Context>&, const TraceId&)>& sampled,
                     Instant now) {
    const auto& parent = carried.meta ? carried.meta : carried.http;
    server_.context.trace = parent ? parent->trace : new_trace_id();
    server_.context.span = new_span_id();
    server_.context.is_sampled = sampled(parent, server_.context.trace);
    if (parent) {
        server_.parent = parent->span;
        server_.context.state = parent->state;
    }
    if (carried.meta && carried.http) server_.links.push_back(*carried.http);
    server_.begin = now;
}

/// What was said of the contents stays.
void CallTrace::know(CallFacts facts) {
    if (facts.arguments.empty()) facts.arguments = std::move(facts_.arguments);
    if (facts.result.empty()) facts.result = std::move(facts_.result);
    facts_ = std::move(facts);
}

bool CallTrace::shows(std::string_view server) const {
    return shown_ && std::any_of(shown_->begin(), shown_->end(),
                                 [&](const auto& name) { return name == "all" || name == server; });
}

void CallTrace::know_arguments(std::string_view text) {
    facts_.arguments = within_bounds(text);
}

void CallTrace::know_result(std::string_view text) {
    facts_.result = within_bounds(text);
}

const Context& CallTrace::send(Instant now) {
    if (!client_) {
        client_.emplace();
        client_->context = server_.context;
        client_->context.span = new_span_id();
        client_->parent = server_.context.span;
        client_->kind = Kind::client;
        client_->begin = now;
    }
    return client_->context;
}

void CallTrace::sent_as(std::uint64_t id) {
    if (client_) client_->attributes = {{name::request_id, std::to_string(id)}};
}

void CallTrace::event(std::string_view event_name, Instant now) {
    if (events_.size() < most_events) events_.push_back({now, event_name});
}

void CallTrace::fail(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
}

std::unique_ptr<CallTrace> CallTrace::park(Instant now) {
    event("parked", now);
    std::unique_ptr<CallTrace> rest(new CallTrace());
    rest->has_server_ = false;
    rest->server_.context = server_.context;
    rest->server_.begin = now;
    rest->facts_ = facts_;
    rest->shown_ = shown_;
    rest->client_ = std::exchange(client_, std::nullopt);
    return rest;
}

void CallTrace::take_over(CallTrace& parked) {
    client_ = std::exchange(parked.client_, std::nullopt);
    if (client_ && client_->context.trace != server_.context.trace) server_.links.push_back(client_->context);
}

std::string CallTrace::summary() const {
    std::string text = title_of(facts_, failure_);
    if (!facts_.server.empty()) text += " at " + facts_.server;
    return failure_ ? text + ": " + failure_->type : text;
}

bool CallTrace::is_wanted(Instant now) const {
    return server_.context.is_sampled || failure_ || now - server_.begin >= slow;
}

void CallTrace::end(bool exports_failures, Instant now, const Take& take) {
    if (std::exchange(is_over_, true)) return;
    if (!is_wanted(now) || (!server_.context.is_sampled && !exports_failures)) return;
    const Attributes both = common_attributes(facts_);
    server_.name = title_of(facts_, failure_);
    server_.attributes = both;
    add(server_.attributes, name::request_id, facts_.request_id);
    add(server_.attributes, name::session, facts_.session);
    add(server_.attributes, name::protocol_version, facts_.protocol_version);
    add(server_.attributes, name::transport, facts_.client_transport);
    if (facts_.is_http) add(server_.attributes, name::protocol, "http");
    add(server_.attributes, name::client_host, facts_.client_host);
    add_port(server_.attributes, name::client_port, facts_.client_port);
    if (facts_.offered != facts_.target) add(server_.attributes, name::offered, facts_.offered);
    server_.events = std::move(events_);
    finish(server_, failure_, now);
    if (client_) {
        client_->name = server_.name;
        client_->attributes.insert(client_->attributes.begin(), both.begin(), both.end());
        add(client_->attributes, name::protocol_version, facts_.server_protocol_version);
        add(client_->attributes, name::transport, facts_.server_transport);
        if (facts_.server_transport == "tcp") add(client_->attributes, name::protocol, "http");
        add(client_->attributes, name::server_host, facts_.server_host);
        add_port(client_->attributes, name::server_port, facts_.server_port);
        if (facts_.run > 0) client_->attributes.push_back({name::run, static_cast<std::int64_t>(facts_.run)});
        add(client_->attributes, name::tool_arguments, facts_.arguments);
        add(client_->attributes, name::tool_result, facts_.result);
        finish(*client_, failure_, now);
        take(std::move(*client_));
    }
    if (has_server_) take(std::move(server_));
}

}  // namespace mcpm::traces
