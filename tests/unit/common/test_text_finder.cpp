#include "common/log_matcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace mcpm;

namespace {

char small(char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

std::size_t find_slowly(const std::string& text, bool ignore_case, std::string_view in, std::size_t from) {
    for (std::size_t at = from; at + text.size() <= in.size(); ++at) {
        const bool same =
            std::equal(text.begin(), text.end(), in.begin() + static_cast<std::ptrdiff_t>(at),
                       [&](char a, char b) { return a == b || (ignore_case && small(a) == small(b)); });
        if (same) return at;
    }
    return std::string_view::npos;
}

}  // namespace

TEST_CASE("A text is found where a look at every place finds it, in any case too") {
    std::mt19937 random(7);
    const std::string letters = "aAbB@`[{ \n\xE9\xC9";
    const auto some = [&](std::size_t size) {
        std::string text;
        while (text.size() < size) text += letters[random() % letters.size()];
        return text;
    };
    for (int round = 0; round < 20000; ++round) {
        const std::string text = some(1 + random() % 6);
        const std::string in = some(random() % 300);
        const bool ignore_case = random() % 2 == 0;
        const std::size_t from = random() % 20;
        const TextFinder finder(text, ignore_case);
        const std::size_t found = finder.find(in, from);
        if (found == find_slowly(text, ignore_case, in, from)) continue;
        CAPTURE(text);
        CAPTURE(in);
        CAPTURE(ignore_case);
        FAIL("found at " << found);
    }
}

TEST_CASE("Not every byte that a bit would make the same is the same letter") {
    CHECK(TextFinder("k", true).find(std::string(100, '\x0B') + "K", 0) == 100);
    CHECK(TextFinder("@", true).find(std::string(100, '`') + "@", 0) == 100);
    CHECK(TextFinder("", true).find("abc", 0) == std::string_view::npos);
    CHECK(TextFinder("abcd", false).find("abc", 0) == std::string_view::npos);
    CHECK(TextFinder("a", false).find("a", 1) == std::string_view::npos);
}

TEST_CASE("A text whose bytes are everywhere is still found behind a great many places that look like it") {
    std::string in;
    for (int i = 0; i < 20000; ++i) in += "ab-a";
    const std::string text = "ab-ab-aab-ab";
    in += text + "ab-aab-a";
    CHECK(TextFinder(text, false).find(in, 0) == find_slowly(text, false, in, 0));
    CHECK(TextFinder(text, true).find(in, 0) == find_slowly(text, true, in, 0));
}
