#include "common/tool_names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace mcpm;
using namespace std::string_view_literals;

TEST_CASE("A pattern matches as a shell's does, and is no C string") {
    CHECK(glob_matches("run", "run"));
    CHECK_FALSE(glob_matches("run", "run\0"sv));
    CHECK_FALSE(glob_matches("run\0"sv, "run"));
    CHECK(glob_matches("run\0x"sv, "run\0x"sv));
    CHECK(glob_matches("run*", "run\0x"sv));
    CHECK(glob_matches("*", ""));
    CHECK(glob_matches("get_*", "get_"));
    CHECK(glob_matches("*_all_*", "get_all_of_all_it"));
    CHECK_FALSE(glob_matches("*_all_*x", "get_all_of_all_it"));
    CHECK(glob_matches("a?c", "a\u00e4c"));
    CHECK_FALSE(glob_matches("a?c", "ac"));
    CHECK(glob_matches("[a-c]x", "bx"));
    CHECK_FALSE(glob_matches("[!a-c]x", "bx"));
    CHECK(glob_matches("[^a-c]x", "dx"));
    CHECK(glob_matches("[]]x", "]x"));
    CHECK(glob_matches("[a-]x", "-x"));
    CHECK(glob_matches("[x", "[x"));
    CHECK(glob_matches("[\\]a]x", "ax"));
    CHECK(glob_matches("\\*", "*"));
    CHECK_FALSE(glob_matches("\\*", "a"));
    CHECK(glob_matches("a\\", "a\\"));
    CHECK_FALSE(glob_matches("", "a"));
    CHECK(glob_matches("\xff", "\xff"));
    CHECK_FALSE(glob_matches("\xff", "\u00ff"));
}

TEST_CASE("A pattern of many stars over a long name ends") {
    const std::string name(5000, 'a');
    CHECK_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*a*a*ab", name));
    CHECK(glob_matches("*a*a*a*a*a*a*a*a*a*a*a*", name));
}

TEST_CASE("A lawful name can be told from every other by looking at it") {
    for (const auto name :
         {"run"sv, "get weather"sv, "a/b.c-d_e"sv, "\u0441\u043f\u0438\u0441\u043e\u043a"sv, "x"sv})
        CHECK(is_lawful_tool_name(name));
    for (const auto name :
         {""sv, "run\0"sv, "\0"sv, "run\n"sv, " run"sv, "run "sv, "run\u200b"sv, "r\xe2\x80\xaeun"sv,
          "run\u00ad"sv, "run\xff"sv, "\x1b[31mrun"sv, "run\U000e0041"sv, "run\ufeff"sv}) {
        CAPTURE(name);
        CHECK_FALSE(is_lawful_tool_name(name));
    }
    CHECK(is_lawful_tool_name(std::string(128, 'a')));
    CHECK_FALSE(is_lawful_tool_name(std::string(129, 'a')));
}
