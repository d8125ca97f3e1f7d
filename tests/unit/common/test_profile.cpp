#include "common/profile.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("A label is what may stand in an address and a list") {
    for (const char* name : {"a", "Laptop-1", "x.y_z", "9"}) CHECK(validate_label(name, "name"));
    const std::string long_name(65, 'a');
    for (const char* name : {"", "-a", ".a", "a b", "a/b", "é", "a\n", long_name.c_str()}) {
        CAPTURE(name);
        const auto refused = validate_label(name, "name");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find("name: ") == 0);
    }
}

TEST_CASE("A profile names each server once, with patterns that are some") {
    CHECK(validate(Profile{"work", "at work", {{"web", {"get_*"}, {"get_secret"}}, {"files"}}}));
    const auto twice = validate(Profile{"work", "", {{"web"}, {"web"}}});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().message.find("servers[1].server") != std::string::npos);
    CHECK_FALSE(validate(Profile{"work", "", {{""}}}));
    CHECK_FALSE(validate(Profile{"work", "", {{"web", {""}}}}));
    CHECK_FALSE(validate(Profile{"work", "", {{"web", {}, {std::string(257, 'x')}}}}));
    CHECK_FALSE(validate(Profile{"work", std::string(1001, 'x')}));
}
