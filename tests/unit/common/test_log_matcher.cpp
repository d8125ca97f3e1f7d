#include "common/log_matcher.hpp"
#include "common/log_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

TEST_CASE("Patterns that cannot be used are refused with the reason") {
    const LogReader reader("/nonexistent");
    for (const std::string pattern : {"(", "[a", "(a)\\1", "a{99999}", "((a{100}){100}){100}"}) {
        CAPTURE(pattern);
        LogQuery query;
        query.pattern = pattern;
        const auto checked = reader.check(query);
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == ErrorCode::validation_error);
        CHECK(checked.error().message.starts_with("pattern: "));
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
}
