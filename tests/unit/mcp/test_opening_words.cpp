#include "agent/mcp/opening_words.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

using mcpm::mcp::OpeningWords;

namespace {

OpeningWords after(std::initializer_list<std::string_view> lines) {
    OpeningWords words;
    for (const std::string_view line : lines) words.saw_line(line);
    return words;
}

bool says(const OpeningWords& words, std::string_view part) {
    return words.sentence().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A program that repeats what it reads is named at once") {
    OpeningWords words;
    CHECK(words.is_empty());
    words.saw_own_request();
    CHECK(words.is_certain());
    CHECK(says(words, "repeats what it reads"));
}

TEST_CASE("Headers of language servers and JSON over several lines are named at once") {
    CHECK(after({"Content-Length: 52"}).is_certain());
    CHECK(says(after({"content-length: 52\r"}), "Content-Length"));
    const auto spread = after({"{", R"(  "jsonrpc": "2.0",)", R"(  "id": 1,)"});
    CHECK(spread.is_certain());
    CHECK(says(spread, "several lines"));
}

TEST_CASE("Text, other ids and answers without a version wait, because the right one may follow") {
    const auto text = after({"Server listening on port 3000", "second"});
    CHECK_FALSE(text.is_certain());
    CHECK(says(text, "Server listening on port 3000"));
    OpeningWords other = text;
    other.saw_answer_to("17");
    CHECK_FALSE(other.is_certain());
    CHECK(says(other, "the id 17"));
    CHECK(says(after({R"({"id":1,"result":{}})"}), "jsonrpc"));
    CHECK_FALSE(after({"{", "not a member"}).is_certain());
}

TEST_CASE("Only the beginning is looked at, and blank lines say nothing") {
    OpeningWords words = after({"", "   "});
    CHECK(words.is_empty());
    for (int line = 0; line < 300; ++line) words.saw_line("text");
    words.saw_line("Content-Length: 1");
    CHECK_FALSE(words.is_certain());
}
