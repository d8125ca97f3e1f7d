#include "agent/gateway/lists.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace mcpm;
using namespace mcpm::gateway;

namespace {

const char* const three =
    R"({"tools":[{"name":"read","x":1.0},{"name":"write"},{"name":"erase"}],"nextCursor":"n"})";

}  // namespace

TEST_CASE("A list that no rule concerns passes byte by byte") {
    const std::string odd = R"({ "tools" : [ {"name":"read"} , {"name":"write" } ] , "more":null})";
    const auto list = filtered_list(odd, Target{});
    CHECK(list.result == odd);
    CHECK_FALSE(list.holds_back);
    CHECK(filtered_list(R"({"tools":7})", Target{}).result == R"({"tools":7})");
}

TEST_CASE("Denied tools are left out, renamed ones have their other name, all else stays") {
    Target target;
    target.tools.deny = {"erase"};
    target.tools.rename = {{"read", "look"}};
    CHECK(filtered_list(three, target).result ==
          R"({"tools":[{"name":"look","x":1.0},{"name":"write"}],"nextCursor":"n"})");
    target.tools.allow = {"none"};
    CHECK(filtered_list(three, target).result == R"({"tools":[],"nextCursor":"n"})");
}

TEST_CASE("A tool that is not as it was approved is held back, and that is said") {
    Target target;
    target.approved = std::make_shared<const std::string>(R"([{"name":"read","x":1.0},{"name":"write"}])");
    const auto list = filtered_list(three, target);
    CHECK(list.holds_back);
    CHECK(list.result == R"({"tools":[{"name":"read","x":1.0},{"name":"write"}],"nextCursor":"n"})");
    target.tools.deny = {"erase"};
    CHECK_FALSE(filtered_list(three, target).holds_back);  // nobody may call it anyway
}

TEST_CASE("Entries are put behind one another with the names that they are given") {
    std::string out = "[";
    const auto rename = [](std::string_view name) {
        return name == "secret" ? std::string() : "a__" + std::string(name);
    };
    append_entries(out, R"([{"name":"x"},{"name":"secret"},7,{"title":"no name"},{"name":5}])", "name",
                   rename);
    append_entries(out, R"([{"name":"y","n":1e3}])", "name", rename);
    CHECK(out == R"([{"name":"a__x"},{"name":"a__y","n":1e3})");
}

TEST_CASE("Tools whose headers cannot be are left out for clients over HTTP, and named") {
    std::string left_out;
    CHECK(callable_over_http(three, left_out) == three);
    CHECK(left_out.empty());
    const std::string good =
        R"({"name":"a","inputSchema":{"type":"object","properties":{"p":{"type":"string","x-mcp-header":"Place"}}}})";
    const std::string bad =
        R"({"name":"b","inputSchema":{"type":"object","properties":{"p":{"type":"string","x-mcp-header":"no good"}}}})";
    CHECK(callable_over_http(R"({"tools":[)" + bad + "," + good + "]}", left_out) ==
          R"({"tools":[)" + good + "]}");
    CHECK(left_out == "b");
}
