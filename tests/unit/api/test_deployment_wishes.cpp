#include "agent/api/deployment.hpp"
#include "common/wire.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

TEST_CASE("A deployment's body says the name, the values, and whether the server is started or only shown") {
    const auto none = api::read_wishes(wire::Json::object());
    REQUIRE(none.has_value());
    CHECK(none->name.empty());
    CHECK(none->after == api::AfterDeployment::leave);
    CHECK(none->how == api::Deploying::in_earnest);
    const auto all = api::read_wishes(
        {{"name", "notes"}, {"parameters", {{"path", "/srv"}}}, {"start", true}, {"dryRun", true}});
    REQUIRE(all.has_value());
    CHECK(all->name == "notes");
    CHECK(all->values.contains("path"));
    CHECK(all->after == api::AfterDeployment::start);
    CHECK(all->how == api::Deploying::dry_run);
    CHECK(all->if_broken == api::IfBroken::refuse);
    CHECK(api::read_wishes({{"force", true}})->if_broken == api::IfBroken::install);
}

TEST_CASE("A field of a deployment that is of another type is named") {
    const auto said = [](const wire::Json& body) { return api::read_wishes(body).error().message; };
    CHECK(said({{"name", ""}}) == "name: a text is expected");
    CHECK(said({{"name", 7}}) == "name: a text is expected");
    CHECK(said({{"start", "yes"}}) == "start: true or false is expected");
    CHECK(said({{"dryRun", 1}}) == "dryRun: true or false is expected");
    CHECK(said({{"force", "yes"}}) == "force: true or false is expected");
}
