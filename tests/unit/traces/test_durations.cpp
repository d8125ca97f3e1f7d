#include "agent/traces/durations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace mcpm;
using namespace mcpm::traces;

namespace {

EndedWork call_of(std::string_view tool) {
    EndedWork work;
    work.method = "tools/call";
    work.target = tool;
    work.protocol_version = "2025-11-25";
    work.transport = "pipe";
    work.server = "web";
    work.took = std::chrono::milliseconds(30);
    return work;
}

/// "key=value" of each, in their order.
std::string words(const MeasurePoint& point) {
    std::string text;
    for (const auto& [key, value] : point.attributes) {
        text += text.empty() ? "" : " ";
        text += key;
        text += "=";
        if (const auto* one = std::get_if<std::string>(&value)) text += *one;
        if (const auto* one = std::get_if<std::int64_t>(&value)) text += std::to_string(*one);
        if (const auto* one = std::get_if<bool>(&value)) text += *one ? "true" : "false";
    }
    return text;
}

}  // namespace

TEST_CASE(
    "The four durations of the conventions have their names, and only those that were measured are there") {
    DurationBook book;
    CHECK(book.measures().empty());
    EndedWork session = call_of("");
    session.method = {};
    book.note(Measured::server_session, session);
    book.note(Measured::client_session, session);
    book.note(Measured::server_operation, call_of("echo"));
    book.note(Measured::client_operation, call_of("echo"));
    std::vector<std::string_view> names;
    for (const auto& measure : book.measures()) names.push_back(measure.name);
    CHECK(names ==
          std::vector<std::string_view>{"mcp.client.operation.duration", "mcp.server.operation.duration",
                                        "mcp.client.session.duration", "mcp.server.session.duration"});
    CHECK(words(book.measures()[2].points.at(0)) ==
          "mcp.protocol.version=2025-11-25 network.transport=pipe mcpm.server.name=web");
    CHECK(book.measures()[2].bounds.back() == 604800);
    CHECK(book.measures()[0].bounds.back() == 300);
}

TEST_CASE("Operations alike are one point, and one that failed is another") {
    DurationBook book;
    book.note(Measured::server_operation, call_of("echo"));
    book.note(Measured::server_operation, call_of("echo"));
    auto failed = call_of("echo");
    failed.error = "tool_error";
    book.note(Measured::server_operation, failed);
    const auto measures = book.measures();
    REQUIRE(measures.size() == 1);
    auto points = measures[0].points;
    REQUIRE(points.size() == 2);
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    CHECK(points[0].count == 2);
    CHECK(points[0].sum == doctest::Approx(0.06));
    CHECK(points[0].counts.size() == measures[0].bounds.size() + 1);
    CHECK(words(points[0]) ==
          "mcp.method.name=tools/call gen_ai.operation.name=execute_tool gen_ai.tool.name=echo "
          "mcp.protocol.version=2025-11-25 network.transport=pipe mcpm.server.name=web");
    CHECK(words(points[1]).find("error.type=tool_error") != std::string::npos);
}

TEST_CASE(
    "A code of JSON-RPC is the error and the status; where a remote server is, is said by its address") {
    DurationBook book;
    auto work = call_of("echo");
    work.code = -32050;
    work.transport = "tcp";
    work.is_http = true;
    work.host = "mcp.example.org";
    work.port = 443;
    book.note(Measured::client_operation, work);
    CHECK(words(book.measures().at(0).points.at(0)) ==
          "mcp.method.name=tools/call gen_ai.operation.name=execute_tool gen_ai.tool.name=echo "
          "error.type=-32050 rpc.response.status_code=-32050 mcp.protocol.version=2025-11-25 "
          "network.transport=tcp network.protocol.name=http server.address=mcp.example.org server.port=443 "
          "mcpm.server.name=web");
}

TEST_CASE("What a client invents makes no points: methods, and names that are refused") {
    DurationBook book;
    for (const char* invented : {"a", "b", "c"}) {
        auto method = call_of("");
        method.method = invented;
        book.note(Measured::server_operation, method);
        auto name = call_of(invented);
        name.code = -32602;
        book.note(Measured::server_operation, name);
    }
    const auto measures = book.measures();
    REQUIRE(measures.at(0).points.size() == 2);
    for (const auto& point : measures[0].points) CHECK(point.count == 3);
    const auto has = [&](std::string_view what) {
        return std::any_of(measures[0].points.begin(), measures[0].points.end(),
                           [&](const auto& point) { return words(point).find(what) != std::string::npos; });
    };
    CHECK(has("mcp.method.name=_OTHER"));
    CHECK_FALSE(has("gen_ai.tool.name"));
}

TEST_CASE("Beyond the bound all further points are one, which says so") {
    DurationBook book;
    for (std::size_t n = 0; n < DurationBook::most_points + 5; ++n)
        book.note(Measured::client_operation, call_of("tool" + std::to_string(n)));
    book.note(Measured::client_operation, call_of("tool0"));
    const auto measures = book.measures();
    const auto& points = measures.at(0).points;
    CHECK(points.size() == DurationBook::most_points + 1);
    const auto rest = std::find_if(points.begin(), points.end(), [](const auto& point) {
        return words(point) == "otel.metric.overflow=true";
    });
    REQUIRE(rest != points.end());
    CHECK(rest->count == 5);
}
