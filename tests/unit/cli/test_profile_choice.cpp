#include "cli/profile_choice.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

Json json(const char* text) {
    return *wire::parse(text);
}

}  // namespace

TEST_CASE("Servers are named once, with tools for all of them or for one") {
    const auto servers =
        profile_servers(Json::array(), {{"web", "files", "web"}, {}, {"get_*", "web/set_*"}, {"x"}});
    REQUIRE(servers.has_value());
    CHECK(*servers == json(R"([{"server": "web", "tools": {"allow": ["get_*", "set_*"], "deny": ["x"]}},
                               {"server": "files", "tools": {"allow": ["get_*"], "deny": ["x"]}}])"));
}

TEST_CASE("What is said replaces what was, and what is not said stays") {
    const auto before = R"([{"server": "web", "tools": {"allow": ["a"], "deny": ["b"]}},
                            {"server": "files", "tools": {"allow": ["c"], "deny": []}}])";
    const auto changed = profile_servers(json(before), {{"more"}, {"files"}, {"web/d", "web/e"}});
    REQUIRE(changed.has_value());
    CHECK(*changed ==
          json(R"([{"server": "web", "tools": {"allow": ["d", "e"], "deny": ["b"]}}, {"server": "more"}])"));
    CHECK(*profile_servers(json(before), {}) == json(before));
}

TEST_CASE("A word about a server that is not in the profile is refused") {
    CHECK_FALSE(profile_servers(Json::array(), {{"web"}, {}, {"wbe/get"}}).has_value());
    CHECK_FALSE(profile_servers(Json::array(), {{"web"}, {}, {}, {"wbe/get"}}).has_value());
    CHECK_FALSE(profile_servers(Json::array(), {{"web"}, {"wbe"}}).has_value());
}
