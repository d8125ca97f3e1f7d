#include "agent/gateway/catalog.hpp"
#include "agent/gateway/shown_uris.hpp"

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

TEST_CASE("A URI is shown with its server, and leads back to it whatever another one lists") {
    const std::string resources = R"([{"uri":"test://text","name":"t"}])";
    const std::string greedy =
        R"([{"uri":"test://text"},{"uri":"mcpm+beta:test://text"},{"uri":"test://other"}])";
    const Catalog catalog({member("srv_a", "alpha", "[]", greedy), member("srv_b", "beta", "[]", resources)},
                          "d");
    const auto place = catalog.resource("mcpm+beta:test://text");
    REQUIRE(place.has_value());
    CHECK(place->target->id == "srv_b");
    CHECK(place->name == "test://text");
    CHECK(catalog.resource("mcpm+beta:test://other")->target->id == "srv_b");  // listed or not
    CHECK(catalog.resource("mcpm+alpha:mcpm+beta:test://text")->target->id == "srv_a");
    CHECK_FALSE(catalog.resource("test://text").has_value());
    CHECK_FALSE(catalog.resource("mcpm+gamma:test://text").has_value());
    for (const auto& entry : catalog.list("resources/list")) {
        const auto uri = decode_string(mcp::member(entry.text, "uri"));
        CHECK(uri.starts_with(catalog.mark(entry.server_id)));
    }
}

TEST_CASE("What stands before a URI is a scheme, and another one for every server") {
    CHECK(uri_mark("alpha-1") == "mcpm+alpha-1:");
    CHECK(uri_mark("My_Server") == "mcpm+.my+.server:");
    CHECK(uri_mark("my_server") == "mcpm+my+server:");
    CHECK(mark_of("mcpm+my+server:file:///x") == "mcpm+my+server:");
    CHECK(mark_of("file:///mcpm+x:").empty());
}

TEST_CASE("Wherever a client is given a URI it gets the one that leads back") {
    const std::string mark = "mcpm+a:";
    CHECK(with_marked_uris(R"({"contents":[{"uri":"t://x","text":"\"uri\""}]})", mark) ==
          R"({"contents":[{"uri":"mcpm+a:t://x","text":"\"uri\""}]})");
    CHECK(
        with_marked_uris(
            R"({"content":[{"type":"text","uri":"t://no"},{"uri":"t://x","type":"resource_link"},{"type":"resource","resource":{"uri":"t://y"}}]})",
            mark) ==
        R"({"content":[{"type":"text","uri":"t://no"},{"uri":"mcpm+a:t://x","type":"resource_link"},{"type":"resource","resource":{"uri":"mcpm+a:t://y"}}]})");
    CHECK(
        with_marked_uris(
            R"({"messages":[{"role":"user","content":{"type":"resource","resource":{"uri":"t://y"}}}]})",
            mark) ==
        R"({"messages":[{"role":"user","content":{"type":"resource","resource":{"uri":"mcpm+a:t://y"}}}]})");
    for (const char* same : {R"({"structuredContent":{"uri":"t://x"}})",
                             R"({"content":[{"type":"resource","resource":{"uri":"ui://x"}}]})", "{}"})
        CHECK(with_marked_uris(same, mark) == same);
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
