#include "agent/gateway/listens.hpp"
#include "tests/unit/gateway/exchanges.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::gateway;
using namespace mcpm::test;

namespace {

mcp::SessionFacts facts_with(const std::string& capabilities) {
    mcp::SessionFacts facts;
    facts.capabilities = capabilities;
    return facts;
}

}  // namespace

TEST_CASE("A filter is read from the request and written as it will be acknowledged") {
    const auto filter = read_listen_filter(
        R"({"promptsListChanged":true,"toolsListChanged":"yes","resourceSubscriptions":["b","a",7,"a"]})");
    CHECK(filter.prompts);
    CHECK_FALSE(filter.tools);
    CHECK(filter.text() == R"({"promptsListChanged":true,"resourceSubscriptions":["a","b"]})");
    CHECK(ListenFilter{}.text() == "{}");
    CHECK(ListenFilter{true, true, true, {}}.text() ==
          R"({"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true})");
}

TEST_CASE("One request listens to so many resources and no more") {
    std::string uris;
    for (std::size_t i = 0; i < ListenFilter::uris_limit + 5; ++i)
        uris += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\"";
    const auto filter = read_listen_filter(R"({"resourceSubscriptions":[)" + uris + "]}");
    CHECK(filter.uris.size() == ListenFilter::uris_limit);
}

TEST_CASE("Only what is asked for and offered is granted, and several servers add up") {
    const ListenFilter asked{true, true, false, {"a"}};
    ListenFilter granted;
    grant(granted, asked, facts_with(R"({"tools":{"listChanged":true},"resources":{"listChanged":true}})"));
    CHECK(granted.text() == R"({"toolsListChanged":true})");
    grant(granted, asked, facts_with(R"({"prompts":{"listChanged":false},"resources":{"subscribe":true}})"));
    CHECK(granted.text() == R"({"toolsListChanged":true,"resourceSubscriptions":["a"]})");
    grant(granted, asked, facts_with("{}"));
    CHECK(granted.text() == R"({"toolsListChanged":true,"resourceSubscriptions":["a"]})");
}

TEST_CASE("A filter wants the changes of its lists, its resources, and the parts of those") {
    const ListenFilter filter{true, false, false, {"file:///a"}};
    CHECK(filter.wants("notifications/tools/list_changed", {}));
    CHECK_FALSE(filter.wants("notifications/prompts/list_changed", {}));
    CHECK_FALSE(filter.wants("notifications/resources/list_changed", {}));
    CHECK(filter.wants("notifications/resources/updated", "file:///a"));
    CHECK(filter.wants("notifications/resources/updated", "file:///a/b"));
    CHECK_FALSE(filter.wants("notifications/resources/updated", "file:///ab"));
    CHECK_FALSE(filter.wants("notifications/resources/updated", {}));
}

TEST_CASE("Of the resources of many servers, one server's are those under its mark") {
    const ListenFilter filter{false, false, false, {"mcpm+a:x", "mcpm+b:y", "z"}};
    CHECK(filter.uris_marked("mcpm+a:") == std::set<std::string>{"x"});
    CHECK(filter.uris_marked("").size() == 3);
}

TEST_CASE("A notice names the request that it belongs to") {
    Loop loop{1};
    const auto exchange = make_exchange(loop, make_client(loop), "subscriptions/listen");
    Listens listens;
    listens.add(exchange, {}).tell("notifications/x", R"({"uri":"a"})");
    listens.all().front().tell("notifications/y", {});
    REQUIRE(exchange->out->next() != nullptr);
    CHECK(
        exchange->out->next()->text ==
        R"({"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":7},"uri":"a"}})");
    exchange->out->advance();
    CHECK(
        exchange->out->next()->text ==
        R"({"jsonrpc":"2.0","method":"notifications/y","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":7}}})");
}

TEST_CASE("A request listens until it is removed, and is found by its principal") {
    Loop loop{1};
    const auto of_ada = make_exchange(loop, make_client(loop), "subscriptions/listen");
    const auto of_bob = make_exchange(loop, make_client(loop, "bob"), "subscriptions/listen");
    Listens listens;
    CHECK(listens.is_empty());
    listens.add(of_ada, {});
    listens.add(of_bob, {});
    CHECK(listens.of_principal("bob") == std::vector<ExchangePtr>{of_bob});
    CHECK(listens.remove(of_ada));
    CHECK_FALSE(listens.remove(of_ada));
    CHECK(listens.all().size() == 1);
}
