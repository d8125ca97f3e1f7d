#include "common/sha256.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

namespace {

std::string hex(const Sha256& digest) {
    std::string out;
    for (const auto byte : digest) {
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 15U];
    }
    return out;
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
    CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hex(sha256(std::string(1000000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("A digest that names its kind is the mark and 64 small hexadecimal digits") {
    const std::string digest = sha256_digest("abc");
    CHECK(digest == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(is_sha256_digest(digest));
    for (const std::string& other :
         {std::string(), std::string("sha256:"), digest + "0", digest.substr(1), digest.substr(0, 70),
          "SHA256:" + digest.substr(7), digest.substr(0, 70) + "D", "sha512:" + digest.substr(7)})
        CHECK_FALSE(is_sha256_digest(other));
}
