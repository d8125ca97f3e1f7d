#include "agent/api/tool_words.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using api::check_tool_words;

namespace {

const api::KnownTools known = std::vector<std::string>{"add_numbers", "echo", "get_a"};

}  // namespace

TEST_CASE("A new name that is no tool's is refused, with the nearest that is") {
    for (const ToolRules& now : {ToolRules{{"add_nubmers"}, {}, {}}, ToolRules{{}, {"add_nubmers"}, {}},
                                 ToolRules{{}, {}, {{"add_nubmers", "plus"}}}}) {
        const auto said = check_tool_words("math", {}, now, known);
        REQUIRE_FALSE(said.has_value());
        CHECK(said.error().code == ErrorCode::validation_error);
        CHECK(said.error().message.find("did you mean 'add_numbers'") != std::string::npos);
    }
    CHECK(check_tool_words("math", {}, ToolRules{{"echo"}, {"get_*"}, {{"add_numbers", "plus"}}}, known)
              ->empty());
}

TEST_CASE("A pattern that matches nothing is only said, and so is what could not be checked") {
    const auto said = check_tool_words("math", {}, ToolRules{{}, {"set_*"}, {}}, known);
    REQUIRE(said.has_value());
    REQUIRE(said->size() == 1);
    CHECK(said->front().find("set_*") != std::string::npos);
    const auto unchecked = check_tool_words("math", {}, ToolRules{{}, {"a", "b"}, {}}, {});
    REQUIRE(unchecked.has_value());
    REQUIRE(unchecked->size() == 1);
    CHECK(unchecked->front().find("'a', 'b'") != std::string::npos);
}

TEST_CASE("What stood there before is nobody's slip now") {
    const ToolRules before{{"gone"}, {"away"}, {{"lost", "found"}}};
    CHECK(check_tool_words("math", before, before, known)->empty());
}

TEST_CASE("Names are read as they are, NUL included") {
    CHECK(api::tool_names(R"([{"name":"a\u0000"},{"x":1},7,{"name":"b"}])") ==
          std::vector<std::string>{std::string("a\0", 2), "b"});
}
