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

TEST_CASE("A value is hidden as well where a program has encoded it") {
    CHECK(hidden({"p@ss/w\u00f6rd"}, "url=p%40ss%2Fw%C3%B6rd&x") == "url=***&x");
    CHECK(hidden({"p@ss/word"}, "url=p%40ss%2fword") == "url=***");
    CHECK(hidden({"say \"friend\"\n"}, R"({"k":"say \"friend\"\n"})") == R"({"k":"***"})");
    CHECK(hidden({"a/b\\c-long"}, R"("a\/b\\c-long")") == "\"***\"");
    CHECK(hidden({"\x01\x02secret"}, R"(\u0001\u0002secret)") == "***");
}

TEST_CASE("A value is hidden in whatever form the usual programs write it") {
    const std::string value = "p\u00e4ss <w\U0001f600rd>&'/(1)z";
    CHECK(hidden({value}, R"("p\u00e4ss <w\ud83d\ude00rd>&'/(1)z")") == "\"***\"");   // Python
    CHECK(hidden({value}, R"("p\u00e4ss <w\ud83d\ude00rd>&'\/(1)z")") == "\"***\"");  // PHP
    CHECK(hidden({value}, "\"p\u00e4ss \\u003cw\U0001f600rd\\u003e\\u0026\\u0027/(1)z\"") ==
          "\"***\"");  // Go
    CHECK(hidden({value}, R"("p\u00E4ss \u003Cw\uD83D\uDE00rd\u003E\u0026\u0027/(1)z")") ==
          "\"***\"");  // .NET
    CHECK(hidden({value}, "k=p%C3%A4ss%20%3Cw%F0%9F%98%80rd%3E%26'%2F(1)z") ==
          "k=***");  // encodeURIComponent
    CHECK(hidden({value}, "k=p%C3%A4ss+%3Cw%F0%9F%98%80rd%3E%26%27%2F%281%29z") == "k=***");  // a form
    CHECK(hidden({value}, "k=p%C3%A4ss%20%3Cw%F0%9F%98%80rd%3E%26%27/%281%29z") ==
          "k=***");  // Python's quote
    CHECK(hidden({value}, "<b>p\u00e4ss &lt;w\U0001f600rd&gt;&amp;&#39;/(1)z</b>") == "<b>***</b>");
    CHECK(hidden({"swordfish"}, "73776f726466697368 73776F726466697368") == "*** ***");
    CHECK(hidden({"\xff\xfe/secret"}, "\xff\xfe\\/secret") == "***");  // no text at all
}

TEST_CASE("A value is hidden in base64, alone and within more, in both alphabets") {
    // base64("swordfish!") and base64("user:swordfish!") and base64("me:swordfish!")
    CHECK(hidden({"swordfish!"}, "c3dvcmRmaXNoIQ==").starts_with("***"));
    CHECK(hidden({"swordfish!"}, "Authorization: Basic dXNlcjpzd29yZGZpc2gh").find("29yZGZpc") ==
          std::string::npos);
    CHECK(hidden({"swordfish!"}, "Basic bWU6c3dvcmRmaXNoIQ==").find("dvcmRmaX") == std::string::npos);
    CHECK(hidden({">>?~swordfish"}, "Pj4_fnN3b3JkZmlzaA").starts_with("***"));
    CHECK(hidden({"abcd"}, "YWJjZA==") == "YWJjZA==");  // so few letters stand in many texts
}

TEST_CASE("Where a text goes on elsewhere it is known what a value's beginning would go on with") {
    HiddenValues all;
    all.add({"swordfish"});
    const auto begun = all.begun_at_end("it is sword");
    CHECK(begun.bytes == 5);
    CHECK(begun.rests == std::vector<std::string>{"fish"});
    CHECK(all.begun_at_end("it is swo").bytes == 0);
    CHECK(all.begun_at_end("it is swo").rests == std::vector<std::string>{"rdfish"});
    CHECK(all.begun_at_end("swordfish").bytes == 0);
    CHECK(all.begun_at_end("").bytes == 0);
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
