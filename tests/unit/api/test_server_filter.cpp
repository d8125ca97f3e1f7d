#include "agent/api/server_filter.hpp"
#include "tests/unit/api/asked.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using test::asked;

namespace {

ServerView server() {
    ServerView view;
    view.spec.name = "Web-Search";
    view.spec.labels = {{"team", "search"}, {"empty", ""}};
    view.status.state = ServerState::running;
    view.status.health = Health::healthy;
    return view;
}

bool is_asked_for(const ServerView& view, const http::Request& request) {
    return api::is_asked_for(view.spec, view.status, request);
}

}  // namespace

TEST_CASE("A list without a wish has every server") {
    CHECK(is_asked_for(server(), asked({})));
}

TEST_CASE("A container whose engine is away is found where it is shown: in unknown") {
    auto view = server();
    view.status.reason = Reason::engine_lost;
    CHECK(is_asked_for(view, asked({{"status", "unknown"}})));
    CHECK_FALSE(is_asked_for(view, asked({{"status", "running"}})));
}

TEST_CASE("Waiting and failed servers are both in error") {
    auto view = server();
    CHECK(is_asked_for(view, asked({{"status", "running"}})));
    CHECK_FALSE(is_asked_for(view, asked({{"status", "error"}})));
    for (const auto state : {ServerState::waiting, ServerState::failed}) {
        view.status.state = state;
        CHECK(is_asked_for(view, asked({{"status", "error"}})));
        CHECK_FALSE(is_asked_for(view, asked({{"status", "stopped"}})));
    }
}

TEST_CASE("nodejs and python are other words for process") {
    for (const auto* type : {"process", "nodejs", "python"})
        CHECK(is_asked_for(server(), asked({{"type", type}})));
    CHECK_FALSE(is_asked_for(server(), asked({{"type", "container"}})));
}

TEST_CASE("Health is compared with what is known") {
    CHECK(is_asked_for(server(), asked({{"health", "healthy"}})));
    CHECK_FALSE(is_asked_for(server(), asked({{"health", "unknown"}})));
}

TEST_CASE("A label is asked for by its key, or by key and value") {
    for (const auto* label : {"team", "team=search", "empty", "empty="})
        CHECK(is_asked_for(server(), asked({{"label", label}})));
    for (const auto* label : {"tea", "team=", "team=searc", "=search", "other", ""})
        CHECK_FALSE(is_asked_for(server(), asked({{"label", label}})));
}

TEST_CASE("A part of the name is found in any case") {
    for (const auto* part : {"", "web", "SEARCH", "b-s", "Web-Search"})
        CHECK(is_asked_for(server(), asked({{"q", part}})));
    for (const auto* part : {"webs", "web-search-"})
        CHECK_FALSE(is_asked_for(server(), asked({{"q", part}})));
}

TEST_CASE("All wishes must hold") {
    CHECK(is_asked_for(server(), asked({{"status", "running"}, {"q", "web"}, {"label", "team"}})));
    CHECK_FALSE(is_asked_for(server(), asked({{"status", "running"}, {"q", "web"}, {"label", "nope"}})));
}
