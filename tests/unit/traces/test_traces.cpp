#include "agent/traces/call_trace.hpp"
#include "agent/traces/context.hpp"
#include "agent/traces/settings.hpp"
#include "agent/traces/span.hpp"
#include "common/wire.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using namespace mcpm::traces;
using wire::Json;

namespace {

constexpr const char* good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr const char* other = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-00";

Instant at(int seconds) {
    return Instant(std::chrono::seconds(seconds));
}

Settings settings_of(std::map<std::string, std::string> variables,
                     std::vector<std::string>* problems = nullptr) {
    std::vector<std::string> said;
    const auto settings = read_settings(
        [&variables](const char* name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        said);
    if (problems != nullptr) *problems = std::move(said);
    return settings;
}

CallFacts call() {
    CallFacts facts;
    facts.method = "tools/call";
    facts.target = "echo";
    facts.offered = "web__echo";
    facts.server = "web";
    facts.client_transport = "tcp";
    facts.server_transport = "pipe";
    return facts;
}

CallTrace begun(const Carried& carried = {}, bool is_sampled = true) {
    CallTrace trace(
        carried, [is_sampled](const auto&, const auto&) { return is_sampled; }, at(1));
    trace.know(call());
    return trace;
}

std::vector<Span> ended(CallTrace& trace, int second = 2, bool exports_failures = true) {
    std::vector<Span> spans;
    trace.end(exports_failures, at(second), [&](Span span) { spans.push_back(std::move(span)); });
    return spans;
}

std::string attribute(const Span& span, std::string_view key) {
    for (const auto& one : span.attributes)
        if (one.key == key) return std::get<std::string>(one.value);
    return "(none)";
}

}  // namespace

TEST_CASE("A traceparent is read and written as W3C has it") {
    const auto context = read_context(good, "vendor=1");
    REQUIRE(context);
    CHECK(context->is_sampled);
    CHECK(context->state == "vendor=1");
    CHECK(write_traceparent(*context) == good);
    for (const char* bad : {"", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_context(bad));
    }
    CHECK(read_context("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more"));
}

TEST_CASE("A tracestate that no header may have, or that is too long, is left out") {
    CHECK(read_context(good, "a=1\r\nX: y")->state.empty());
    CHECK(read_context(good, std::string(513, 'a'))->state.empty());
}

TEST_CASE("New ids are not those before") {
    CHECK(new_trace_id() != new_trace_id());
    CHECK(new_span_id() != new_span_id());
}

TEST_CASE("Variables are read without the blanks around them, and their words in any case") {
    std::vector<std::string> problems;
    const auto settings = settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", " http://c:4318 "},
                                       {"OTEL_EXPORTER_OTLP_PROTOCOL", "HTTP/JSON"},
                                       {"OTEL_EXPORTER_OTLP_COMPRESSION", "None"},
                                       {"OTEL_BSP_MAX_QUEUE_SIZE", " 9"},
                                       {"OTEL_TRACES_SAMPLER", "TraceIdRatio"},
                                       {"OTEL_TRACES_SAMPLER_ARG", "0.25"}},
                                      &problems);
    CHECK(problems.empty());
    CHECK(settings.url == "http://c:4318/v1/traces");
    CHECK(settings.protocol == Protocol::json);
    CHECK(settings.most_queued == 9);
    CHECK(settings.sampler == Sampler{false, 0.25});
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"}, {"OTEL_TRACES_EXPORTER", "None"}})
              .url.empty());
}

TEST_CASE("Nothing is exported without an endpoint, with a wrong one, or when it is disabled") {
    CHECK(settings_of({}).url.empty());
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", ""}}).url.empty());
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/"}}).url == "http://c:4318/v1/traces");
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/x"}}).url == "http://c/x");
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"}, {"OTEL_SDK_DISABLED", "True"}})
              .url.empty());
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"}, {"OTEL_TRACES_EXPORTER", "none"}})
              .url.empty());
    std::vector<std::string> problems;
    CHECK(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317"}}, &problems).url.empty());
    CHECK(problems.size() == 1);
}

TEST_CASE("The usual variables are read") {
    const auto settings = settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"},
                                       {"OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20x, b = 2"},
                                       {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"},
                                       {"OTEL_EXPORTER_OTLP_TIMEOUT", "2000"},
                                       {"OTEL_RESOURCE_ATTRIBUTES", "service.name=a,team=ops"},
                                       {"OTEL_SERVICE_NAME", "gateway"},
                                       {"OTEL_BSP_SCHEDULE_DELAY", "100"},
                                       {"OTEL_BSP_MAX_QUEUE_SIZE", "10"}});
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(settings.headers == Pairs{{"authorization", "Bearer x"}, {"b", "2"}});
    CHECK(settings.protocol == Protocol::json);
    CHECK(settings.timeout == std::chrono::seconds(2));
    CHECK(settings.resource.attributes ==
          Pairs{{"team", "ops"}, {"service.name", "gateway"}, {"service.version", MCPM_VERSION}});
    CHECK(settings.schedule_delay == std::chrono::milliseconds(100));
    CHECK(settings.most_queued == 10);
    CHECK(settings.most_in_batch == 10);
}

TEST_CASE("What cannot be read is as if it were not there, and said") {
    std::vector<std::string> problems;
    const auto settings = settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"},
                                       {"OTEL_EXPORTER_OTLP_HEADERS", "a=1%0d%0aX:%20y"},
                                       {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
                                       {"OTEL_TRACES_SAMPLER", "sometimes"},
                                       {"OTEL_BSP_MAX_QUEUE_SIZE", "-1"}},
                                      &problems);
    CHECK(problems.size() == 4);
    CHECK(settings.headers.empty());
    CHECK(settings.protocol == Protocol::protobuf);
    CHECK(settings.sampler == Sampler{});
    CHECK(settings.most_queued == 2048);
}

TEST_CASE("The sampler asks the parent first, then the ratio") {
    const auto sampler = settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"},
                                      {"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"},
                                      {"OTEL_TRACES_SAMPLER_ARG", "0"}})
                             .sampler;
    CHECK(sampler == Sampler{true, 0.0});
    CHECK_FALSE(is_sampled(sampler, {}, new_trace_id()));
    CHECK(is_sampled(sampler, read_context(good), new_trace_id()));
    CHECK(is_sampled({}, {}, new_trace_id()));
    CHECK_FALSE(is_sampled({}, read_context(other), new_trace_id()));
    // Every program with this ratio decides alike: by the lower half of the id.
    TraceId low{};
    low[15] = 1;
    CHECK(is_sampled({false, 0.1}, {}, low));
    TraceId high{};
    high.fill(0xff);
    CHECK_FALSE(is_sampled({false, 0.9}, {}, high));
}

TEST_CASE("A call has two spans, and the server gets the inner one's context") {
    Carried carried;
    carried.meta = read_context(good, "vendor=1");
    carried.http = read_context(other);
    auto trace = begun(carried);
    trace.event("queued", at(1));
    const Context sent = trace.send(at(1));
    CHECK(sent.trace == carried.meta->trace);
    CHECK(sent.state == "vendor=1");
    CHECK(trace.send(at(2)) == sent);
    const auto spans = ended(trace);
    REQUIRE(spans.size() == 2);
    CHECK(spans[0].kind == Kind::client);
    CHECK(spans[0].context.span == sent.span);
    CHECK(spans[0].parent == spans[1].context.span);
    CHECK(spans[1].kind == Kind::server);
    CHECK(spans[1].parent == carried.meta->span);
    CHECK(spans[1].links == std::vector<Context>{*carried.http});
    CHECK(spans[1].name == "tools/call echo");
    CHECK(spans[1].events.size() == 1);
    CHECK(attribute(spans[0], "gen_ai.tool.name") == "echo");
    CHECK(attribute(spans[0], "gen_ai.operation.name") == "execute_tool");
    CHECK(attribute(spans[0], "network.transport") == "pipe");
    CHECK(attribute(spans[1], "network.transport") == "tcp");
    CHECK(attribute(spans[1], "mcpm.tool.offered") == "web__echo");
    CHECK(attribute(spans[1], "error.type") == "(none)");
    CHECK(ended(trace).empty());
}

TEST_CASE("The HTTP head's context is the parent where the message has none") {
    Carried carried;
    carried.http = read_context(good);
    auto trace = begun(carried);
    const auto spans = ended(trace);
    REQUIRE(spans.size() == 1);
    CHECK(spans[0].parent == carried.http->span);
    CHECK(spans[0].links.empty());
}

TEST_CASE("A call that nobody samples is exported when it failed or was slow, unless the sampler is off") {
    auto well = begun({}, false);
    CHECK(ended(well).empty());
    auto slow = begun({}, false);
    CHECK(ended(slow, 12).size() == 1);
    auto ill = begun({}, false);
    ill.fail({"tool_error", "no", 5});
    ill.fail({"second", {}, {}});
    const auto spans = ended(ill);
    REQUIRE(spans.size() == 1);
    CHECK(attribute(spans[0], "error.type") == "tool_error");
    CHECK(attribute(spans[0], "rpc.response.status_code") == "5");
    CHECK(spans[0].is_error);
    auto off = begun({}, false);
    off.fail({"tool_error", {}, {}});
    CHECK(ended(off, 2, false).empty());
}

TEST_CASE("A name that the server does not have is no part of the span's name") {
    auto trace = begun();
    trace.fail({"-32602", "Unknown tool", -32602});
    const auto spans = ended(trace);
    REQUIRE(spans.size() == 1);
    CHECK(spans[0].name == "tools/call");
    CHECK(attribute(spans[0], "gen_ai.tool.name") == "echo");
}

TEST_CASE("A call at a server that asks its client goes on in the client's next call") {
    auto first = begun();
    const Context sent = first.send(at(1));
    const auto parked = first.park(at(2));
    const auto asked = ended(first);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].kind == Kind::server);
    CHECK(asked[0].events[0].name == "parked");
    auto second = begun();
    second.take_over(*parked);
    CHECK(ended(*parked).empty());
    const auto spans = ended(second, 3);
    REQUIRE(spans.size() == 2);
    CHECK(spans[0].context == sent);
    CHECK(spans[0].parent == asked[0].context.span);
    REQUIRE(spans[1].links.size() == 1);
    CHECK(spans[1].links[0] == sent);
}

TEST_CASE("Spans are written as OTLP's JSON") {
    Carried carried;
    carried.meta = read_context(good, "vendor=1");
    auto trace = begun(carried);
    trace.fail({"timed_out", "no answer", {}});
    const auto json =
        Json::parse(write_json(ended(trace), Resource{{{"service.name", "mcpm"}}, "mcpm", "0.1.0"}));
    const auto& resource = json["resourceSpans"][0];
    CHECK(resource["resource"]["attributes"][0]["value"]["stringValue"] == "mcpm");
    const auto& span = resource["scopeSpans"][0]["spans"][0];
    CHECK(span["traceId"] == "0af7651916cd43dd8448eb211c80319c");
    CHECK(span["parentSpanId"] == "b7ad6b7169203331");
    CHECK(span["traceState"] == "vendor=1");
    CHECK(span["name"] == "tools/call echo");
    CHECK(span["kind"] == 2);
    CHECK(span["startTimeUnixNano"] == "1000000000");
    CHECK(span["status"]["code"] == 2);
}

TEST_CASE("Spans are written as protobuf") {
    Span span;
    span.context.trace.fill(1);
    span.context.span.fill(2);
    span.name = "x";
    span.begin = at(1);
    span.end = at(2);
    // Field by field, by hand: request{1: resource_spans{1: resource, 2: scope_spans{1: scope, 2: span}}}.
    const std::string written_span = std::string("\x0a\x10") + std::string(16, '\x01') + "\x12\x08" +
                                     std::string(8, '\x02') + "\x2a\x01x" + "\x30\x02" +
                                     std::string("\x39\x00\xca\x9a\x3b\x00\x00\x00\x00", 9) +
                                     std::string("\x41\x00\x94\x35\x77\x00\x00\x00\x00", 9);
    const std::string scope = "\x0a\x01s";
    const std::string spans =
        std::string("\x0a\x03") + scope + "\x12" + static_cast<char>(written_span.size()) + written_span;
    const std::string inside = std::string("\x0a\x00", 2) + "\x12" + static_cast<char>(spans.size()) + spans;
    CHECK(write_protobuf({span}, Resource{{}, "s", ""}) ==
          std::string("\x0a") + static_cast<char>(inside.size()) + inside);
}

TEST_CASE("Arguments and results are in the spans of servers that were asked for, and of no others") {
    const auto asked = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"web"});
    CallTrace trace = begun();
    CHECK_FALSE(trace.shows("web"));
    trace.show_of(asked);
    CHECK(trace.shows("web"));
    CHECK_FALSE(trace.shows("other"));
    trace.know_arguments(R"({"a":1})");
    trace.know(call());
    trace.know_result(std::string(CallTrace::longest_content + 1, 'x'));
    (void)trace.send(at(1));
    const auto spans = ended(trace);
    REQUIRE(spans.size() == 2);
    const auto text_of = [](const Span& span, std::string_view key) -> std::string {
        for (const auto& attribute : span.attributes)
            if (attribute.key == key) return std::get<std::string>(attribute.value);
        return {};
    };
    CHECK(text_of(spans[0], name::tool_arguments) == R"({"a":1})");
    CHECK(text_of(spans[0], name::tool_result) == "(65537 bytes)");
    CHECK(text_of(spans[1], name::tool_arguments).empty());
}

TEST_CASE("The span towards the server says which run of it was called") {
    CallTrace trace = begun();
    auto facts = call();
    facts.run = 7;
    trace.know(facts);
    (void)trace.send(at(1));
    const auto spans = ended(trace);
    const auto& attributes = spans.front().attributes;
    CHECK(std::any_of(attributes.begin(), attributes.end(), [](const auto& one) {
        return one.key == name::run && std::get<std::int64_t>(one.value) == 7;
    }));
}
