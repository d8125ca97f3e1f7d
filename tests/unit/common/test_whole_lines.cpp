#include "common/whole_lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;

TEST_CASE("Lines are handed on whole, however their bytes arrive") {
    WholeLines lines;
    std::vector<std::string> got;
    const auto keep = [&](std::string_view line) { got.emplace_back(line); };
    for (const char* bytes : {"{\"a\"", ":1}\n\n{}", "", "\n[", "]\n[1]\nrest"}) lines.take(bytes, keep);
    CHECK(got == std::vector<std::string>{R"({"a":1})", "{}", "[]", "[1]"});
}

TEST_CASE("A line that is longer than the limit is left out, and the next one is not") {
    WholeLines lines(4);
    std::vector<std::string> got;
    const auto keep = [&](std::string_view line) { got.emplace_back(line); };
    for (const char* bytes : {"1234\n12", "345\n6\n1234", "5", "6", "\n7\n"}) lines.take(bytes, keep);
    CHECK(got == std::vector<std::string>{"1234", "6", "7"});
}

TEST_CASE("Half a line is forgotten when other bytes begin") {
    WholeLines lines;
    std::vector<std::string> got;
    const auto keep = [&](std::string_view line) { got.emplace_back(line); };
    lines.take("of another stre", keep);
    lines.begin_anew();
    lines.take("am\n", keep);
    CHECK(got == std::vector<std::string>{"am"});
}
