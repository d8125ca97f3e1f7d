#include "common/log_group.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace mcpm;

namespace {

constexpr auto out = LogStream::standard_output;
constexpr auto err = LogStream::error_output;

LogLevel level(LogGroups& groups, const std::string& line, LogStream stream = err) {
    return groups.level_of(line, stream, 1);
}

}  // namespace

TEST_CASE("A Python traceback is an error from its first line to its last") {
    LogGroups groups;
    CHECK(level(groups, "INFO starting") == LogLevel::info);
    CHECK(level(groups, "Traceback (most recent call last):") == LogLevel::error);
    CHECK(level(groups, "  File \"x.py\", line 1, in <module>") == LogLevel::error);
    CHECK(level(groups, "    print(info)") == LogLevel::error);
    CHECK(level(groups, "KeyError: 'X'") == LogLevel::error);
    CHECK(level(groups, "") == LogLevel::error);
    CHECK(level(groups, "During handling of the above exception, another exception occurred:") ==
          LogLevel::error);
    CHECK(level(groups, "Traceback (most recent call last):") == LogLevel::error);
    CHECK(level(groups, "  File \"y.py\", line 2") == LogLevel::error);
    CHECK(level(groups, "ValueError: no") == LogLevel::error);
    CHECK(level(groups, "listening on 3000") == LogLevel::unknown);
    CHECK(level(groups, "DEBUG x") == LogLevel::debug);
}

TEST_CASE("Indented lines and causes belong to the line before, each stream for itself") {
    LogGroups groups;
    CHECK(level(groups, "[ERROR] boom") == LogLevel::error);
    CHECK(level(groups, "    at f (x.js:1)") == LogLevel::error);
    CHECK(level(groups, "INFO other", out) == LogLevel::info);
    CHECK(level(groups, "  rest of info", out) == LogLevel::info);
    CHECK(level(groups, "Caused by: java.io.IOException") == LogLevel::error);
    CHECK(level(groups, "}") == LogLevel::error);
    CHECK(level(groups, "plain") == LogLevel::unknown);
    CHECK(level(groups, "    indented, and nothing known before") == LogLevel::unknown);
}
