#include "cli/json_lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm::cli;

TEST_CASE("Lines are handed on whole, however their bytes arrive") {
    JsonLines lines;
    std::vector<std::string> got;
    const auto keep = [&](std::string_view line) { got.emplace_back(line); };
    for (const char* bytes : {"{\"a\"", ":1}\n\n{}", "", "\n[", "]\n[1]\nrest"}) lines.take(bytes, keep);
    CHECK(got == std::vector<std::string>{R"({"a":1})", "{}", "[]", "[1]"});
}
