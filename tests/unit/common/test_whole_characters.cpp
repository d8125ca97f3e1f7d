#include "common/whole_characters.hpp"

#include <doctest/doctest.h>

#include <string>

using mcpm::whole_characters;

TEST_CASE("A text is cut before the character that does not fit") {
    CHECK(whole_characters("abc", 3) == "abc");
    CHECK(whole_characters("abc", 2) == "ab");
    CHECK(whole_characters("abc", 0).empty());
    CHECK(whole_characters("aé", 2) == "a");
    CHECK(whole_characters("aéb", 3) == "aé");
    for (std::size_t most = 1; most < 5; ++most) CHECK(whole_characters("a\U0001F600", most) == "a");
    CHECK(whole_characters("a\U0001F600b", 5) == "a\U0001F600");
    CHECK(whole_characters("é", 1).empty());
}

TEST_CASE("What is no UTF-8 is cut all the same") {
    const std::string rest(10, '\x80');
    CHECK(whole_characters(rest, 6).size() == 6);
    CHECK(whole_characters(rest, 2).size() == 2);
}
