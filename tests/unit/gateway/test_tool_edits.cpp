#include "agent/gateway/tool_edits.hpp"
#include "common/wire.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::gateway;
using wire::Json;

namespace {

constexpr std::string_view tool =
    R"({"name":"search","description":"old","inputSchema":{"type":"object","properties":{"q":{"type":"string"},"limit":{"type":"integer"},"deep":{"type":"boolean"},"key":{"type":"string"}},"required":["q","key","limit"]},"extra":1.0})";

ToolEdit edit() {
    ToolEdit made;
    made.description = "new";
    made.hide = {"key"};
    made.defaults = {{"key", "007"}, {"limit", "10"}, {"deep", "true"}};
    return made;
}

Json params_of(const ToolEdit& with, std::string_view params) {
    const auto edited = edited_params(with, params, tool);
    REQUIRE_MESSAGE(edited, (edited ? "" : edited.error().message));
    return wire::parse(*edited).value();
}

}  // namespace

TEST_CASE("Clients see the edited description, and of the arguments those that are theirs") {
    const Json seen = wire::parse(edited_tool(edit(), tool)).value();
    CHECK(seen["description"] == "new");
    CHECK_FALSE(seen["inputSchema"]["properties"].contains("key"));
    CHECK(seen["inputSchema"]["properties"]["limit"]["default"] == 10);
    CHECK(seen["inputSchema"]["properties"]["deep"]["default"] == true);
    CHECK(seen["inputSchema"]["required"] == Json::array({"q"}));
    CHECK(seen["extra"] == 1.0);
    CHECK(edited_tool(ToolEdit{}, tool) == tool);
}

TEST_CASE("A call gets the defaults that it leaves out, as the kinds of their arguments want them") {
    const Json filled =
        params_of(edit(), R"({"name":"search","arguments":{"q":"x","limit":3},"_meta":{"a":1}})");
    CHECK(filled["arguments"] == Json::parse(R"({"deep":true,"key":"007","q":"x","limit":3})"));
    CHECK(filled["_meta"]["a"] == 1);
    CHECK(params_of(edit(), R"({"name":"search","arguments":{}})")["arguments"]["limit"] == 10);
    CHECK(params_of(edit(), R"({"name":"search"})")["arguments"]["key"] == "007");
    CHECK(params_of(edit(), R"({"name":"search","arguments":null})")["arguments"]["key"] == "007");
    CHECK(params_of(edit(), "{}")["arguments"]["key"] == "007");
    const std::string odd = R"({"name":"search","arguments":{"q":123456789012345678901234567890}})";
    const auto passed = edited_params(edit(), odd, tool);
    REQUIRE(passed);
    CHECK(passed->find("123456789012345678901234567890") != std::string::npos);
}

TEST_CASE("A hidden argument is refused, and what is no object is the server's to refuse") {
    const auto refused = edited_params(edit(), R"({"arguments":{"key":"mine"}})", tool);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("'key'") != std::string::npos);
    const auto escaped = edited_params(edit(), R"({"arguments":{"\u006bey":"mine"}})", tool);
    CHECK_FALSE(escaped);
    const std::string list = R"({"arguments":[1]})";
    CHECK(edited_params(edit(), list, tool).value() == list);
}

TEST_CASE("An edit that means nothing is said") {
    ToolEdit wrong;
    wrong.hide = {"key", "kee"};
    wrong.defaults = {{"limits", "1"}};
    const auto faults = edit_faults(wrong, tool);
    REQUIRE(faults.size() == 3);
    CHECK(faults[0].find("'kee'") != std::string::npos);
    CHECK(faults[1].find("'limits'") != std::string::npos);
    CHECK(faults[2].find("'key'") != std::string::npos);
    CHECK(edit_faults(edit(), tool).empty());
}

TEST_CASE("A default without a known kind is JSON where it can be") {
    CHECK(default_as_json("10", "") == "10");
    CHECK(default_as_json("ten", "") == "\"ten\"");
    CHECK(default_as_json("10", R"({"type":"string"})") == "\"10\"");
    CHECK(default_as_json("[1]", R"({"type":"array"})") == "[1]");
    CHECK(find_tool(R"([{"name":"a"},{"name":"b","x":1}])", "b") == R"({"name":"b","x":1})");
    CHECK(find_tool("[]", "b").empty());
}
