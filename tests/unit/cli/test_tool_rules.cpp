#include "cli/tool_rules.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

Json json(const char* text) {
    return *wire::parse(text);
}

}  // namespace

TEST_CASE("A tool that is disabled is not offered, and all others are as before") {
    const Json off = with_disabled(json(R"({"allow": ["get_*"], "rename": {"a": "b"}})"), {"get_a", "get_a"});
    CHECK(off == json(R"({"allow": ["get_*"], "rename": {"a": "b"}, "deny": ["get_a"]})"));
    CHECK_FALSE(is_offered(off, "get_a"));
    CHECK(is_offered(off, "get_b"));
    CHECK_FALSE(is_offered(off, "set_a"));
}

TEST_CASE("A tool that is enabled is offered, whichever rule hid it") {
    const auto on = with_enabled(json(R"({"allow": ["get_*"], "deny": ["get_a"]})"), {"get_a", "set_a"});
    REQUIRE(on.has_value());
    CHECK(*on == json(R"({"allow": ["get_*", "set_a"], "deny": []})"));
    CHECK(is_offered(*on, "get_a"));
    CHECK(is_offered(*on, "set_a"));
    // Nothing was hidden, nothing is now.
    CHECK(*with_enabled(json("{}"), {"a"}) == json(R"({"deny": [], "allow": []})"));
}

TEST_CASE("A pattern that forbids more than the tool is not taken away in silence") {
    const auto refused = with_enabled(json(R"({"deny": ["get_*"]})"), {"get_a"});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(is_offered(*with_enabled(json(R"({"deny": ["get_*"]})"), {"get_*"}), "get_a"));
}

TEST_CASE("A tool is renamed by its own name or by the one clients know") {
    const Json rules = json(R"({"rename": {"a": "b", "b": "c"}})");
    CHECK(renaming(json("{}"), "a", "x") == json(R"({"rename": {"a": "x"}})"));
    CHECK(renaming(rules, "b", "x") == json(R"({"rename": {"b": "x"}})"));
    CHECK(renaming(rules, "c", "x") == json(R"({"rename": {"b": "x"}})"));
    CHECK(renaming(rules, "a", "a") == json(R"({"rename": {"a": null}})"));
    CHECK(renaming(rules, "c", "b") == json(R"({"rename": {"b": null}})"));
}

TEST_CASE("A definition's size is that of its JSON without blanks") {
    CHECK(definition_bytes(json(R"({ "name" : "a" })")) == 12);
}

TEST_CASE("What a tool is for clients is changed part by part") {
    ToolEditWords words;
    words.description = "new";
    words.has_description = true;
    words.hidden = {"key"};
    words.defaults = {"key=a=b", "limit=10"};
    const auto patch = editing(json(R"({"edit": {"search": {"hide": ["old"]}}})"), "search", words);
    REQUIRE(patch.has_value());
    CHECK(
        *patch ==
        json(
            R"({"edit": {"search": {"description": "new", "hide": ["old", "key"], "defaults": {"key": "a=b", "limit": "10"}}}})"));
    CHECK(edit_in_words((*patch)["edit"]["search"]) ==
          "description, hides old, hides key, key=a=b, limit=10");
    ToolEditWords back;
    back.shown = {"old"};
    back.without_default = {"limit"};
    back.has_description = true;
    CHECK(*editing(json(R"({"edit": {"search": {"hide": ["old"]}}})"), "search", back) ==
          json(R"({"edit": {"search": {"description": null, "hide": [], "defaults": {"limit": null}}}})"));
    ToolEditWords reset;
    reset.resets = true;
    CHECK(*editing(Json(), "search", reset) == json(R"({"edit": {"search": null}})"));
    ToolEditWords wrong;
    wrong.defaults = {"limit"};
    CHECK_FALSE(editing(Json(), "search", wrong).has_value());
    CHECK(edit_in_words(Json()).empty());
}
