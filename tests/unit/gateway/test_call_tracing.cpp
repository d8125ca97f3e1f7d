// What a tracer is told of a call, without a gateway around it.
#include "agent/gateway/call_tracing.hpp"
#include "common/units.hpp"
#include "tests/unit/gateway/exchanges.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

using namespace mcpm;
using namespace mcpm::gateway;

namespace {

constexpr const char* trace = "0af7651916cd43dd8448eb211c80319c";

struct Recorder : traces::Tracer {
    std::unique_ptr<traces::CallTrace> begin(const traces::Carried& carried) override {
        return std::make_unique<traces::CallTrace>(
            carried, [](const auto&, const auto&) { return true; }, traces::Instant{});
    }
    void end(traces::CallTrace& call) override {
        call.end(true, traces::Instant{}, [this](traces::Span span) { spans.push_back(std::move(span)); });
    }
    std::vector<traces::Span> spans;
};

std::string attribute(const traces::Span& span, std::string_view key) {
    for (const auto& one : span.attributes)
        if (one.key == key) return std::get<std::string>(one.value);
    return "(none)";
}

/// 0 when it is not there.
std::int64_t port_in(const traces::Span& span, std::string_view key) {
    for (const auto& one : span.attributes)
        if (one.key == key) return std::get<std::int64_t>(one.value);
    return 0;
}

std::shared_ptr<Exchange> call_of(Loop& loop, const std::string& params) {
    auto client = std::make_shared<Client>(loop, Client::Kind::session, Scope{Scope::Kind::server, "web"},
                                           "token:laptop (pid 7)");
    client->id = "unguessable";
    client->address = "[::1]:5123";
    client->version = "2025-11-25";
    auto x = std::make_shared<Exchange>(
        client, std::make_shared<const Message>(
                    R"({"jsonrpc":"2.0","id":"one","method":"tools/call","params":)" + params + "}"));
    x->id = x->message->scan.id.text;
    x->method = "tools/call";
    return x;
}

void point_at_web(Exchange& x) {
    Target target;
    target.id = "srv_1";
    target.name = "web";
    x.target = std::make_shared<const Target>(target);
    x.key = target.id;
}

}  // namespace

TEST_CASE("Without a tracer nothing is looked at, nor for what says nothing about work") {
    Loop loop;
    const auto x = call_of(loop, R"({"name":"echo"})");
    begin_trace(*x, nullptr, {});
    CHECK_FALSE(x->trace);
    CHECK(trace_sent(*x, {}).traceparent.empty());
    CHECK(trace_id_of(*x).empty());
    Recorder recorder;
    x->method = "ping";
    begin_trace(*x, &recorder, {});
    CHECK_FALSE(x->trace);
}

TEST_CASE("A call's spans say whose it was and what it asked, and no id that lets somebody in") {
    Loop loop;
    Recorder recorder;
    const auto x = call_of(loop, std::string(R"({"name":"shown","_meta":{"traceparent":"00-)") + trace +
                                     R"(-b7ad6b7169203331-01","tracestate":"v=1"}})");
    begin_trace(*x, &recorder, {"00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01", {}});
    point_at_web(*x);
    x->params = R"({"name":"echo"})";
    const auto sent = trace_sent(*x, mcp::SessionFacts{});
    CHECK(sent.traceparent.substr(3, 32) == trace);
    CHECK(sent.tracestate == "v=1");
    CHECK(trace_id_of(*x) == trace);
    x->succeeded = true;
    end_trace(*x, &recorder);
    REQUIRE(recorder.spans.size() == 2);
    const auto& inner = recorder.spans[0];
    const auto& outer = recorder.spans[1];
    CHECK(outer.links.size() == 1);
    CHECK(attribute(outer, "gen_ai.tool.name") == "echo");
    CHECK(attribute(outer, "mcpm.tool.offered") == "shown");
    CHECK(attribute(outer, "mcpm.client") == "token:laptop");
    CHECK(attribute(outer, "mcp.session.id").size() == 16);
    CHECK(attribute(outer, "network.transport") == "tcp");
    CHECK(attribute(outer, "client.address") == "::1");
    CHECK(port_in(outer, "client.port") == 5123);
    CHECK(attribute(inner, "client.address") == "(none)");
    CHECK(attribute(outer, "jsonrpc.request.id") == "\"one\"");
    CHECK(attribute(inner, "network.transport") == "pipe");
    CHECK(attribute(inner, "network.protocol.name") == "(none)");
    CHECK(attribute(inner, "server.address") == "(none)");
    CHECK_FALSE(outer.is_error);
}

TEST_CASE("Towards a server over HTTP a span says so, and where it is and which call it was there") {
    Loop loop;
    Recorder recorder;
    const auto x = call_of(loop, R"({"name":"echo"})");
    begin_trace(*x, &recorder, {});
    Target target;
    target.id = x->key = "srv_1";
    target.speaks_http = true;
    target.host = "mcp.example.org";
    target.port = 8443;
    x->target = std::make_shared<const Target>(target);
    (void)trace_sent(*x, mcp::SessionFacts{});
    trace_numbered(*x, 41);
    (void)trace_sent(*x, mcp::SessionFacts{});  // sent again, under another number
    trace_numbered(*x, 42);
    x->succeeded = true;
    end_trace(*x, &recorder);
    REQUIRE(recorder.spans.size() == 2);
    const auto& inner = recorder.spans[0];
    CHECK(attribute(inner, "jsonrpc.request.id") == "42");
    CHECK(attribute(inner, "network.transport") == "tcp");
    CHECK(attribute(inner, "network.protocol.name") == "http");
    CHECK(attribute(inner, "server.address") == "mcp.example.org");
    CHECK(port_in(inner, "server.port") == 8443);
    CHECK(std::count_if(inner.attributes.begin(), inner.attributes.end(),
                        [](const auto& one) { return one.key == "jsonrpc.request.id"; }) == 1);
}

TEST_CASE(
    "A call that ends without a result says why, and one that nobody waited for that it was cancelled") {
    Loop loop;
    Recorder recorder;
    const auto failed = call_of(loop, R"({"name":"a name that nobody has"})");
    begin_trace(*failed, &recorder, {});
    note_failure(*failed, Error{ErrorCode::timed_out, "no answer"});
    note_failure(*failed, -32603, "what it becomes");
    end_trace(*failed, &recorder);
    const auto left = call_of(loop, R"({"name":"echo"})");
    begin_trace(*left, &recorder, {});
    end_trace(*left, &recorder);
    REQUIRE(recorder.spans.size() == 2);
    CHECK(recorder.spans[0].name == "tools/call");
    CHECK(recorder.spans[0].error == "no answer");
    CHECK(attribute(recorder.spans[0], "error.type") == wire_name(ErrorCode::timed_out));
    CHECK(attribute(recorder.spans[1], "error.type") == "cancelled");
}

namespace {

std::string said(const traces::MeasurePoint& point, std::string_view key) {
    for (const auto& one : point.attributes)
        if (one.key == key) return std::get<std::string>(one.value);
    return "(none)";
}

}  // namespace

TEST_CASE("How long a client's request took is noted with why it failed, without a tracer too") {
    Loop loop;
    traces::DurationBook book;
    const auto x = call_of(loop, R"({"name":"echo"})");
    point_at_web(*x);
    note_tool_error(*x);
    x->succeeded = true;
    note_duration(*x, nullptr);
    CHECK(book.measures().empty());
    note_duration(*x, &book);
    const auto measures = book.measures();
    REQUIRE(measures.size() == 1);
    CHECK(measures[0].name == "mcp.server.operation.duration");
    const auto& point = measures[0].points.at(0);
    CHECK(said(point, "gen_ai.tool.name") == "echo");
    CHECK(said(point, "error.type") == "tool_error");
    CHECK(said(point, "mcp.protocol.version") == "2025-11-25");
    CHECK(said(point, "network.transport") == "tcp");
    CHECK(said(point, "network.protocol.name") == "http");
    CHECK(said(point, "mcpm.server.name") == "web");
}

TEST_CASE("A request without an answer was cancelled, and what waits for a parked call is no request") {
    Loop loop;
    traces::DurationBook book;
    const auto left = call_of(loop, R"({"name":"a name that nobody has"})");
    note_duration(*left, &book);
    const auto stay = call_of(loop, R"({"name":"echo"})");
    stay->is_own = true;
    note_duration(*stay, &book);
    const auto measures = book.measures();
    REQUIRE(measures.at(0).points.size() == 1);
    CHECK(said(measures[0].points[0], "error.type") == "cancelled");
    CHECK(said(measures[0].points[0], "gen_ai.tool.name") == "(none)");
}

TEST_CASE("A session is measured from its beginning, and who opened none, or when is not known, is not") {
    Loop loop;
    traces::DurationBook book;
    Client client(loop, Client::Kind::session, Scope{Scope::Kind::server, "web"}, "token:laptop");
    note_duration(client, {}, &book);  // it never said initialize
    client.version = "2025-11-25";
    client.opened_at.reset();
    note_duration(client, {}, &book);
    CHECK(book.measures().empty());
    client.opened_at = now_utc() - std::chrono::hours(2);
    note_duration(client, "UNAUTHORIZED", &book);
    const auto measures = book.measures();
    REQUIRE(measures.size() == 1);
    CHECK(measures[0].name == "mcp.server.session.duration");
    CHECK(measures[0].points.at(0).sum == doctest::Approx(7200).epsilon(0.01));
    CHECK(said(measures[0].points[0], "error.type") == "UNAUTHORIZED");
    CHECK(said(measures[0].points[0], "mcpm.server.name") == "web");
}
