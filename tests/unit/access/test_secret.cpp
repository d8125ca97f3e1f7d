#include "agent/access/secret.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mcpm::access;

TEST_CASE("A secret is long, can stand in a header, and is another one each time") {
    std::set<std::string> seen;
    std::set<char> first, last;
    for (int turn = 0; turn < 500; ++turn) {
        const auto secret = make_secret();
        CHECK(secret.size() == 48);
        CHECK(secret.starts_with("mcpm_"));
        CHECK(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
              std::string::npos);
        CHECK(seen.insert(secret).second);
        first.insert(secret[5]);
        last.insert(secret.back());
    }
    CHECK(first.size() > 50);
    CHECK(last.size() == 16);  // four bits of it are random
}

TEST_CASE("A digest is SHA-256, and digests are compared whole") {
    CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(same_in_constant_time("abc", "abc"));
    CHECK_FALSE(same_in_constant_time("abc", "abd"));
    CHECK_FALSE(same_in_constant_time("abc", "ab"));
    CHECK(same_in_constant_time("", ""));
}
