#include "agent/access/profile_json.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using access::profile_of;

TEST_CASE("A profile reads back as it was written") {
    const Profile profile{"work", "at work", {{"web", {"get_*"}, {"get_secret"}}, {"файлы"}}};
    const auto read = profile_of(access::to_json(profile));
    REQUIRE(read.has_value());
    CHECK(*read == profile);
}

TEST_CASE("What is wrong with a profile is said by its field") {
    const std::pair<const char*, const char*> wrong[] = {
        {R"([])", "body"},
        {R"({})", "name"},
        {R"({"name": 1})", "name"},
        {R"({"name": "a b"})", "name"},
        {R"({"name": "a", "nmae": "b"})", "nmae"},
        {R"({"name": "a", "servers": {}})", "servers"},
        {R"({"name": "a", "servers": [1]})", "servers[0]"},
        {R"({"name": "a", "servers": [{}]})", "servers[0].server"},
        {R"({"name": "a", "servers": [{"server": "w", "tool": 1}]})", "servers[0].tool"},
        {R"({"name": "a", "servers": [{"server": "w", "tools": {"allow": "x"}}]})", "servers[0].tools.allow"},
        {R"({"name": "a", "servers": [{"server": "w", "tools": {"deny": [1]}}]})", "servers[0].tools.deny"},
    };
    for (const auto& one : wrong) {
        const auto& text = one.first;
        const auto& field = one.second;
        CAPTURE(text);
        const auto refused = profile_of(*wire::parse(text));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::validation_error);
        CHECK(refused.error().message.find(field) == 0);
    }
}
