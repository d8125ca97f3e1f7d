#include "agent/gateway/catalog.hpp"
#include "agent/gateway/ui_uris.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace mcpm;
using namespace mcpm::gateway;

TEST_CASE("An app's URI keeps its scheme and gets its server in front, and back") {
    CHECK(shown_ui_uri("ui://card/view.html", "weather") == "ui://weather/card/view.html");
    CHECK(own_ui_uri("ui://weather/card/view.html") == "ui://card/view.html");
    CHECK(prefix_of_ui_uri("ui://weather/card") == "weather");
    CHECK(own_ui_uri("ui://weather").empty());
    CHECK(own_ui_uri("http://a/b").empty());
}

TEST_CASE("A tool's template is rewritten in both forms, and nothing else") {
    const std::string tool =
        R"({"name":"t","_meta":{"ui":{"resourceUri":"ui://a","visibility":["app"]},"ui/resourceUri":"ui://a","x":"ui://a"}})";
    CHECK(
        with_shown_ui_template(tool, "p") ==
        R"({"name":"t","_meta":{"ui":{"resourceUri":"ui://p/a","visibility":["app"]},"ui/resourceUri":"ui://p/a","x":"ui://a"}})");
    CHECK(with_shown_ui_template(R"({"name":"t"})", "p") == R"({"name":"t"})");
    CHECK(is_for_app_alone(tool));
    CHECK_FALSE(is_for_app_alone(R"({"_meta":{"ui":{"visibility":["model","app"]}}})"));
    CHECK_FALSE(is_for_app_alone(R"({"name":"t"})"));
}

TEST_CASE("Links and embedded resources of a result are rewritten, text is not") {
    CHECK(
        with_shown_ui_uris(
            R"({"content":[{"type":"text","text":"ui://a"},{"type":"resource_link","uri":"ui://a"},)"
            R"({"type":"resource","resource":{"uri":"ui://b/c","text":"x"}},{"type":"resource_link","uri":"file:///a"}]})",
            "p") ==
        R"({"content":[{"type":"text","text":"ui://a"},{"type":"resource_link","uri":"ui://p/a"},)"
        R"({"type":"resource","resource":{"uri":"ui://p/b/c","text":"x"}},{"type":"resource_link","uri":"file:///a"}]})");
}

TEST_CASE("The catalog leads an app's URI to its server, listed or not") {
    const auto target = [](const char* id, const char* name) {
        Target made;
        made.id = id;
        made.name = name;
        return std::make_shared<const Target>(std::move(made));
    };
    const Catalog catalog(
        {Member{target("srv_a", "one"), R"([{"name":"t","_meta":{"ui":{"resourceUri":"ui://card"}}}])", "[]",
                R"([{"uri":"ui://same","name":"s"}])", "[]"},
         Member{target("srv_b", "two"), "[]", "[]", R"([{"uri":"ui://same","name":"s"}])", "[]"}},
        "d");
    CHECK(catalog.list("resources/list")[0].text == R"({"uri":"ui://one/same","name":"s"})");
    CHECK(catalog.list("resources/list")[1].text == R"({"uri":"ui://two/same","name":"s"})");
    CHECK(catalog.list("tools/list")[0].text.find("ui://one/card") != std::string::npos);
    REQUIRE(catalog.resource("ui://one/card").has_value());
    CHECK(catalog.resource("ui://one/card")->target->id == "srv_a");
    CHECK(catalog.resource("ui://two/same")->target->id == "srv_b");
    CHECK_FALSE(catalog.resource("ui://three/same").has_value());
}
