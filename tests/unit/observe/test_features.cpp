#include "agent/observe/features.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::observe;
using wire::Json;

namespace {

const Timestamp now{std::chrono::hours(24 * 20'000 + 5)};

Result<std::vector<FeatureUse>> read(const std::string& text) {
    return read_feature_events(*wire::parse(text), now);
}

}  // namespace

TEST_CASE("Events are counted by the day they came, whatever they say of themselves") {
    const auto uses = read(
        R"({"events":[{"type":"page_view","subject":"/servers"},{"type":"session_ended","value":90.7}]})");
    REQUIRE(uses.has_value());
    REQUIRE(uses->size() == 2);
    CHECK(uses->at(0).day == 20'000);
    CHECK(uses->at(0).subject == "/servers");
    CHECK(uses->at(1).total == 90);
}

TEST_CASE("Events that say the same are one use, counted, in the order in which they came") {
    const auto uses = read(
        R"({"events":[{"type":"session_ended","value":90},{"type":"page_view","subject":"/b"},)"
        R"({"type":"page_view","subject":"/a"},{"type":"page_view","subject":"/b"},{"type":"session_ended","value":5}]})");
    REQUIRE(uses.has_value());
    REQUIRE(uses->size() == 3);
    CHECK(uses->at(0).count == 2);
    CHECK(uses->at(0).total == 95);
    CHECK(uses->at(1).subject == "/b");
    CHECK(uses->at(1).count == 2);
    CHECK(uses->at(2).count == 1);
    const auto bad = read(R"({"events":[{"type":"page_view"},{"type":"page_view"},{"type":"anything"}]})");
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().message.starts_with("events[2]"));
}

TEST_CASE("What is no event is refused with its place") {
    for (const char* const text :
         {R"({})", R"({"events":1})", R"({"events":[1]})", R"({"events":[{"type":"anything"}]})",
          R"({"events":[{"type":"page_view","subject":1}]})", R"({"events":[{"type":"page_view","more":1}]})",
          R"({"events":[{"type":"session_ended","value":-1}]})"}) {
        const auto uses = read(text);
        REQUIRE_FALSE(uses.has_value());
        CHECK(uses.error().code == ErrorCode::validation_error);
        CHECK(uses.error().message.starts_with("events"));
    }
    const auto long_one =
        read(R"({"events":[{"type":"page_view","subject":")" + std::string(129, 'x') + R"("}]})");
    CHECK_FALSE(long_one.has_value());
}

TEST_CASE("The report says what is known and nothing else") {
    UsageReport calls(UsageBy::tool);
    auto json = feature_report_json("30d", {}, calls, 3);
    CHECK(json["totalServers"] == 3);
    CHECK_FALSE(json.contains("errorRate"));
    CHECK_FALSE(json.contains("averageSession"));
    CallRow call;
    call.outcome = CallOutcome::failed;
    calls.add(call);
    call.outcome = CallOutcome::good;
    calls.add(call);
    calls.add(call);
    const std::vector<FeatureUse> uses{{1, "template_deployed", "git", 1, 0},
                                       {2, "template_deployed", "web", 3, 0},
                                       {2, "session_ended", "", 2, 61}};
    json = feature_report_json("30d", uses, calls, 3);
    CHECK(json["errorRate"] == 33.33);
    CHECK(json["averageSession"] == 30.5);
    CHECK(json["popularTemplates"][0]["template"] == "web");
    CHECK(json["featureUse"][0] == Json{{"feature", "tool calls"}, {"count", 3}});
}
