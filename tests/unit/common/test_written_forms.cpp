#include "common/encodings.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

TEST_CASE("What is percent-encoded is decoded again, and what is no such escape stays as it is") {
    CHECK(percent_decoded("a%20b%2Fc%2f") == "a b/c/");
    CHECK(percent_decoded("100%, %4, %zz, %") == "100%, %4, %zz, %");
    CHECK(percent_decoded("%2525") == "%25");
    const std::string any = "\x01 /é%~\xff";
    CHECK(percent_decoded(percent_encoded(any, Hex::upper)) == any);
}

TEST_CASE("A digest is told by its length and its digits, in lower case") {
    CHECK(is_hex("00ff", 4));
    CHECK_FALSE(is_hex("00ff", 3));
    CHECK_FALSE(is_hex("00FF", 4));
    CHECK_FALSE(is_hex("00fg", 4));
    CHECK(in_hex("\x0f\xa0") == "0fa0");
}
