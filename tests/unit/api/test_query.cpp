#include "agent/api/query.hpp"
#include "tests/unit/api/asked.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::api;
using test::asked;
using Kind = ParameterKind;

namespace {

const std::array known{
    Parameter{"name", Kind::text},   Parameter{"follow", Kind::flag},
    Parameter{"limit", Kind::count}, Parameter{"timeout", Kind::duration},
    Parameter{"since", Kind::time},  Parameter{"for", Kind::choice, "", "up|down"},
};
const Timestamp now{std::chrono::hours(500000)};

Result<> check(std::string name, std::string value) {
    return check_query(asked({{std::move(name), std::move(value)}}), known, now);
}

}  // namespace

TEST_CASE("A parameter of each kind is taken when its value is of that kind") {
    CHECK(check_query(asked({}), known, now));
    CHECK(check("name", ""));
    CHECK(check("name", "anything & all"));
    for (const auto* value : {"1", "0", "true", "false"}) CHECK(check("follow", value));
    for (const auto* value : {"0", "42", "18446744073709551615"}) CHECK(check("limit", value));
    for (const auto* value : {"30s", "5m", "1h"}) CHECK(check("timeout", value));
    for (const auto* value : {"5m", "2026-01-02T03:04:05Z"}) CHECK(check("since", value));
    for (const auto* value : {"up", "down"}) CHECK(check("for", value));
}

TEST_CASE("A value of another kind is refused with the parameter's name") {
    const std::array<std::pair<const char*, const char*>, 14> wrong{{{"follow", ""},
                                                                     {"follow", "yes"},
                                                                     {"follow", "2"},
                                                                     {"limit", ""},
                                                                     {"limit", "-1"},
                                                                     {"limit", "1.5"},
                                                                     {"limit", " 1"},
                                                                     {"limit", "18446744073709551616"},
                                                                     {"timeout", ""},
                                                                     {"timeout", "soon"},
                                                                     {"since", "yesterday-ish"},
                                                                     {"for", ""},
                                                                     {"for", "u"},
                                                                     {"for", "up|down"}}};
    for (const auto& one : wrong) {
        const auto& name = one.first;
        const auto& value = one.second;
        CAPTURE(name);
        CAPTURE(value);
        const auto refused = check(name, value);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::validation_error);
        CHECK(refused.error().message.starts_with(std::string(name) + ": "));
    }
}

TEST_CASE("A wrong choice is told what there is") {
    CHECK(check("for", "sideways").error().message == "for: one of up, down is expected, not 'sideways'");
}

TEST_CASE("An unknown parameter is named, and the nearest known one is suggested") {
    const auto refused = check("folow", "1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::validation_error);
    CHECK(refused.error().message == "unknown query parameter 'folow'");
    CHECK(refused.error().hint.find("follow") != std::string::npos);
}

TEST_CASE("An unknown parameter without a near one is told all there are, or that there are none") {
    const auto refused = check("zzzzzzzzzz", "1");
    CHECK(refused.error().hint == "known parameters: name, follow, limit, timeout, since, for");
    CHECK(check_query(asked({{"x", "1"}}), {}, now).error().hint == "this path takes no parameters");
}

TEST_CASE("Values are read, missing ones are the default, too large ones are bounded") {
    const auto request = asked({{"follow", "true"}, {"limit", "5000"}, {"timeout", "90s"}, {"since", "1h"}});
    CHECK(flag(request, "follow"));
    CHECK_FALSE(flag(request, "other"));
    CHECK(flag(request, "other", true));
    CHECK_FALSE(flag(asked({{"follow", "0"}}), "follow", true));
    CHECK(count(request, "limit", 20, 1000) == 1000);
    CHECK(count(request, "other", 20, 1000) == 20);
    CHECK(duration(request, "timeout", Duration(5)) == std::chrono::seconds(90));
    CHECK(duration(request, "other", Duration(5)) == Duration(5));
    CHECK(time_or_age(request, "since", now) == now - std::chrono::hours(1));
    CHECK_FALSE(time_or_age(request, "other", now));
}
