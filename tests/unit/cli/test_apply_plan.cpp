#include "cli/apply_plan.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;
using Kind = Change::Kind;

namespace {

const Json of_agent{
    {"name", "work"},
    {"description", "old"},
    {"servers", Json::array({Json{{"server", "web"},
                                  {"tools", Json{{"allow", Json::array({"a"})}, {"deny", Json::array()}}}}})},
    {"createdAt", "2026-11-28T10:00:00Z"}};

Json standing(const std::string& hash, const std::string& approved) {
    Json tool{{"name", "echo"}, {"state", "approved"}, {"hash", hash}};
    if (!approved.empty()) tool["approved"] = approved;
    return Json{{"tools", Json::array({tool})}};
}

}  // namespace

TEST_CASE(
    "A profile is created, changed where it differs, left alone where it does not, and pruned when asked") {
    const Profile same = profile_of(of_agent);
    CHECK(same.servers.size() == 1);
    CHECK(plan_profiles({same}, Json::array({of_agent}), Prune::no).at(0).kind == Kind::same);
    Profile other = same;
    other.instructions = "Be brief.";
    other.servers.push_back({"files"});
    const auto changed = plan_profiles({other}, Json::array({of_agent}), Prune::yes);
    REQUIRE(changed.size() == 1);
    CHECK(changed[0].kind == Kind::update);
    CHECK(title(changed[0]) == "profile work");
    CHECK(changed[0].lines.size() == 2);
    CHECK(changed[0].body["instructions"] == "Be brief.");
    CHECK_FALSE(changed[0].body.contains("name"));
    const auto pruned = plan_profiles({Profile{"new"}}, Json::array({of_agent}), Prune::yes);
    REQUIRE(pruned.size() == 2);
    CHECK(pruned[0].kind == Kind::create);
    CHECK(pruned[0].body["name"] == "new");
    CHECK(pruned[1].kind == Kind::prune);
    CHECK(plan_profiles({}, Json::array({of_agent}), Prune::no).empty());
}

TEST_CASE("The order of a profile's servers is no difference") {
    Profile two{"work", "", {{"a"}, {"b"}}};
    Json body = profile_body(Profile{"work", "", {{"b"}, {"a"}}});
    body["name"] = "work";
    CHECK(plan_profiles({two}, Json::array({body}), Prune::no).at(0).kind == Kind::same);
}

TEST_CASE("An approval is wanted where the agent has none, or that of another tool") {
    const ApprovedTools wanted{"web", {{"echo", "sha256:aa"}}};
    CHECK(plan_approvals(wanted, standing("aa", "aa")).kind == Kind::same);
    const Change fresh = plan_approvals(wanted, standing("aa", ""));
    CHECK(fresh.kind == Kind::create);
    CHECK(fresh.body["echo"] == "sha256:aa");
    CHECK(title(fresh) == "approvals of web");
    CHECK(plan_approvals(wanted, standing("aa", "bb")).kind == Kind::update);
    CHECK(plan_approvals(wanted, Json()).kind == Kind::create);
    CHECK(approved_of("web", standing("cc", "bb")).tools.at("echo") == "sha256:bb");
    CHECK(approved_of("web", standing("cc", "")).tools.empty());
}
