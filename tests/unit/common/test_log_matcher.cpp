#include "common/log_matcher.hpp"
#include "common/log_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

TEST_CASE("Patterns that cannot be used are refused with the reason") {
    const LogReader reader("/nonexistent");
    for (const std::string pattern : {"(", "[a", "(a)\\1", "a{99999}", "((a{100}){100}){100}", "(?=a)"}) {
        CAPTURE(pattern);
        LogQuery query;
        query.pattern = pattern;
        const auto checked = reader.check(query);
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == ErrorCode::validation_error);
        CHECK(checked.error().message.starts_with("grep: "));
    }
    LogQuery query;
    query.pattern = std::string(1025, 'a');
    CHECK_FALSE(reader.check(query));
}

TEST_CASE("A pattern's required text is never more than it requires") {
    CHECK(required_literal("abc") == "abc");
    CHECK(required_literal("abc*de") == "ab");
    CHECK(required_literal("a?bcd+e") == "bcd");
    CHECK(required_literal("foo|bar") == "");
    CHECK(required_literal("x(foo|barbar)yz") == "yz");
    CHECK(required_literal("[abc]def") == "def");
    CHECK(required_literal("[]a|b]def") == "def");
    CHECK(required_literal("a\\.b") == "a.b");
    CHECK(required_literal("\\bword\\b") == "word");
    CHECK(required_literal("abc{2}d") == "ab");
    CHECK(required_literal(".*") == "");
    CHECK(required_literal("\\d+ ms") == " ms");
    CHECK(required_literal("[\\]a]b") == "b");
    CHECK(required_literal("[[.]|foo") == "");
    for (const char* pattern : {"(?i)abc", "\\x41bc", "\\p{Greek}abc", "\\Qa|b\\E", "\\123"})
        CHECK(required_literal(pattern) == "");
}

namespace {

bool matches(const std::string& pattern, std::string_view line, bool ignore_case = false) {
    const auto matcher = LogMatcher::create("", pattern, ignore_case);
    REQUIRE(matcher.has_value());
    const bool required = matcher->required().is_empty() || matcher->required().find(line, 0) != line.npos;
    if (matcher->matches(line)) CHECK(required);
    return matcher->matches(line);
}

bool contains(const std::string& text, std::string_view line) {
    const auto matcher = LogMatcher::create(text, "", true);
    REQUIRE(matcher.has_value());
    CHECK_FALSE(matcher->matches_all());
    return matcher->matches(line);
}

}  // namespace

TEST_CASE("A pattern has the classes that people write") {
    CHECK(matches("\\d+ ms", "took 17 ms"));
    CHECK_FALSE(matches("\\d+ ms", "took d ms"));
    CHECK(matches("^\\S+\\s\\w+$", "GET users"));
    CHECK(matches("\\bid\\b", "the id 7"));
    CHECK_FALSE(matches("\\bid\\b", "hidden"));
    CHECK(matches("(?i)error", "an ERROR"));
    CHECK(matches("a.*?b", "a--b"));
    CHECK(matches("[[:digit:]]{3}", "x123"));
    CHECK(matches("\\x41", "A"));
    CHECK(matches("caf\u00e9", "caf\u00e9"));
    CHECK(matches("a.c", std::string_view("a\0c", 3)));
    CHECK(matches("end$", "\xff the end"));
}

TEST_CASE("Letters of all scripts are folded when case does not matter") {
    CHECK(matches("\u00fcber", "\u00dcBER ALLES", true));
    CHECK(matches("\u0436\u0443\u043a", "\u0416\u0423\u041a", true));
    CHECK_FALSE(matches("\u00fcber", "\u00dcBER", false));
    CHECK(matches("kelvin", "\u212aelvin", true));  // the sign folds to k
    CHECK(contains("\u00c4rger", "gro\u00dfer \u00e4RGER"));
    CHECK(contains("a.c \u00e4", "A.C \u00c4"));
    CHECK_FALSE(contains("a.c \u00e4", "abc \u00c4"));
    CHECK(contains("plain", "PLAIN"));
}

TEST_CASE("What takes other matchers years takes one pass") {
    const std::string line(1 << 20, 'a');
    for (const char* pattern : {"(a+)+$", "(a|aa)*b", "(.*)*x", "(a?){30}a{30}b", "(x+x+)+y"}) {
        CAPTURE(pattern);
        const auto matcher = LogMatcher::create("", pattern, false);
        REQUIRE(matcher.has_value());
        static_cast<void>(matcher->matches(line));
    }
}
