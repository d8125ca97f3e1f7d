#include "common/hidden_values.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

std::string hidden(const std::vector<std::string>& values, std::string text) {
    HiddenValues all;
    all.add(values);
    CHECK(all.is_in(text) == (all.hide(text) != text));
    return all.hide(std::move(text));
}

}  // namespace

TEST_CASE("A value is hidden wherever it stands, as often as it does") {
    CHECK(hidden({"swordfish"}, "swordfish, swordfish!swordfish") == "***, ***!***");
    CHECK(hidden({"swordfish"}, "Swordfish sword fish") == "Swordfish sword fish");
    CHECK(hidden({}, "text") == "text");
}

TEST_CASE("The longer value goes first, whatever the order they came in") {
    CHECK(hidden({"abcd", "abcdefgh"}, "abcdefgh abcd") == "*** ***");
    CHECK(hidden({"abcdefgh", "abcd"}, "abcdefgh abcd") == "*** ***");
}

TEST_CASE("What is too short to say anything is not hidden") {
    CHECK(hidden({"yes", "1", ""}, "yes 1") == "yes 1");
    CHECK(hidden({"abcd"}, "abcd") == "***");
}

TEST_CASE("A value of several lines is hidden as a whole and line by line, but for its short lines") {
    const std::string key = "-----BEGIN-----\r\nMIIEvQIBADANBg\n}\n-----END-----\n";
    CHECK(hidden({key}, "key: " + key + ".") == "key: ***.");
    CHECK(hidden({key}, "MIIEvQIBADANBg") == "***");
    CHECK(hidden({key}, "{ } a") == "{ } a");
}
