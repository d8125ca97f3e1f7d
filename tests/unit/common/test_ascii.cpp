#include "common/ascii.hpp"
#include "common/base64.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("Only the letters of ASCII have a case") {
    CHECK(ascii::lowered("HTTP/1.1 \xc3\x84@[`{") == "http/1.1 \xc3\x84@[`{");
    CHECK(ascii::same("Content-Type", "content-type"));
    CHECK_FALSE(ascii::same("Content-Type", "content-typ"));
    CHECK_FALSE(ascii::same("@", "`"));
    CHECK_FALSE(ascii::is_letter('\xe4'));
    CHECK(ascii::uppered("az{\xc3\xa4") == "AZ{\xc3\xa4");
    CHECK(ascii::contains("No Such SESSION", "session"));
    CHECK_FALSE(ascii::contains("sess", "session"));
    CHECK(ascii::hex_value('f') == 15);
    CHECK(ascii::hex_value('F') == 15);
    CHECK(ascii::hex_value('9') == 9);
    CHECK(ascii::hex_value('g') == -1);
}

TEST_CASE("A text of digits alone has no sign, no blank and at least one digit") {
    CHECK(ascii::is_all_digits("007"));
    for (const char* const other : {"", "-1", " 1", "1 ", "1.5", "1a", "\xd9\xa1"})
        CHECK_FALSE(ascii::is_all_digits(other));
}

TEST_CASE("The test vectors of RFC 4648 are encoded and decoded") {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        CHECK(base64::encode(bytes) == text);
        CHECK(base64::decode(text) == std::string(bytes));
        const auto bare = base64::encode(bytes, base64::Alphabet::url, base64::Padding::none);
        CHECK(bare == text.substr(0, text.find('=')));
        CHECK(base64::decode(bare) == std::string(bytes));
    }
}

TEST_CASE("Both alphabets are read, and what is in neither is refused") {
    CHECK(base64::encode("\xfb\xff\xbf") == "+/+/");
    CHECK(base64::encode("\xfb\xff\xbf", base64::Alphabet::url) == "-_-_");
    CHECK(base64::decode("+/-_") == std::string("\xfb\xff\xbf"));
    CHECK(base64::decode("Zm\r\n9v") == std::string("foo"));
    CHECK_FALSE(base64::decode("Zm9*"));
    CHECK_FALSE(base64::decode("Zg==Zg=="));
}
