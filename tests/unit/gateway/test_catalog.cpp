#include "agent/gateway/catalog.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <set>

using namespace mcpm;
using namespace mcpm::gateway;

namespace {

Member member(const std::string& id, const std::string& name, std::string_view tools,
              std::string_view resources = "[]") {
    Target target;
    target.id = id;
    target.name = name;
    return Member{std::make_shared<const Target>(std::move(target)), tools, "[]", resources, "[]"};
}

}  // namespace

TEST_CASE("Two servers with equal tool names are both reached") {
    const Catalog catalog(
        {member("srv_a", "alpha", R"([{"name":"echo"}])"), member("srv_b", "beta", R"([{"name":"echo"}])")},
        "d");
    REQUIRE(catalog.tool("alpha__echo") != nullptr);
    CHECK(catalog.tool("alpha__echo")->target->id == "srv_a");
    CHECK(catalog.tool("beta__echo")->target->id == "srv_b");
    CHECK(catalog.tool("gamma__echo") == nullptr);
}

TEST_CASE("Names are bounded, plain, distinct and the same in every run") {
    const std::string tools =
        R"([{"name":"a.b"},{"name":"a_b"},{"name":"a-very-long-name-that-does-not-fit-into-sixty-characters-at-all"}])";
    const std::string name = "server with spaces and a name that is long";
    const Catalog first({member("srv_a", name, tools)}, "1");
    const Catalog second({member("srv_b", name, tools)}, "2");
    std::set<std::string> seen;
    REQUIRE(first.list("tools/list").size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(first.list("tools/list")[i].text == second.list("tools/list")[i].text);
        const std::string shown = decode_string(mcp::member(first.list("tools/list")[i].text, "name"));
        CHECK(shown.size() <= name_limit);
        CHECK(plain_name(shown) == shown);
        CHECK(seen.insert(shown).second);
    }
}

TEST_CASE("Servers whose names become the same prefix are told apart") {
    const Catalog catalog({member("srv_a", "my server", R"([{"name":"t"}])"),
                           member("srv_b", "my.server", R"([{"name":"t"}])")},
                          "d");
    std::set<std::string> servers;
    for (const auto& entry : catalog.list("tools/list")) {
        const auto* const place = catalog.tool(decode_string(mcp::member(entry.text, "name")));
        REQUIRE(place != nullptr);
        servers.insert(place->target->id);
    }
    CHECK(servers.size() == 2);
}

TEST_CASE("A URI that two servers have is shown with its server, and leads back") {
    const std::string resources = R"([{"uri":"test://text","name":"t"}])";
    const Catalog catalog(
        {member("srv_a", "alpha", "[]", resources), member("srv_b", "beta", "[]", resources)}, "d");
    REQUIRE(catalog.resource("test://text") != nullptr);
    CHECK(catalog.resource("test://text")->target->id == "srv_a");
    REQUIRE(catalog.resource("mcpm+beta:test://text") != nullptr);
    CHECK(catalog.resource("mcpm+beta:test://text")->target->id == "srv_b");
    CHECK(catalog.resource("mcpm+beta:test://text")->name == "test://text");
}

TEST_CASE("A tool of a server that lists nothing now is found by its prefix") {
    const Catalog catalog({member("srv_a", "alpha", "[]")}, "d");
    std::string name;
    const auto* const target = catalog.by_prefix("alpha__later", name);
    REQUIRE(target != nullptr);
    CHECK((*target)->id == "srv_a");
    CHECK(name == "later");
    CHECK(catalog.by_prefix("other__later", name) == nullptr);
}
