#include "agent/api/log_query.hpp"
#include "tests/unit/api/asked.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::api;
using test::asked;

namespace {

const Timestamp now{std::chrono::hours(500000)};

LogRequest read(std::map<std::string, std::string> query) {
    const auto parsed = parse_log_query(asked(std::move(query)), LogPurpose::read, now);
    REQUIRE(parsed.has_value());
    return *parsed;
}

std::string refused(std::map<std::string, std::string> query) {
    const auto parsed = parse_log_query(asked(std::move(query)), LogPurpose::read, now);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == ErrorCode::validation_error);
    return parsed.error().message;
}

}  // namespace

TEST_CASE("Reading gives the last hundred lines in the envelope, saving gives all as text") {
    const auto plain = read({});
    CHECK(plain.query.tail == 100);
    CHECK(plain.answer == LogAnswer::envelope);
    CHECK(plain.query.notes);
    CHECK(plain.ansi == Ansi::strip);
    CHECK_FALSE(plain.follow);
    const auto saved = parse_log_query(asked({}), LogPurpose::save, now);
    REQUIRE(saved.has_value());
    CHECK_FALSE(saved->query.tail);
    CHECK(saved->answer == LogAnswer::lines);
    CHECK(saved->form == LogForm::text);
}

TEST_CASE("A follower gets JSON lines and cannot ask for one whole answer") {
    const auto followed = read({{"follow", "1"}});
    CHECK(followed.follow);
    CHECK(followed.answer == LogAnswer::lines);
    CHECK(followed.form == LogForm::json_lines);
    CHECK(refused({{"follow", "1"}, {"format", "json"}}).starts_with("format: "));
}

TEST_CASE("Each format has its form, its type and its ending") {
    CHECK(read({{"format", "jsonl"}}).form == LogForm::json_lines);
    CHECK(read({{"format", "csv"}}).form == LogForm::csv);
    CHECK(read({{"format", "text"}}).form == LogForm::text);
    CHECK(read({{"format", "full"}}).form == LogForm::full);
    CHECK(content_type(LogForm::json_lines) == "application/x-ndjson");
    CHECK(content_type(LogForm::csv) == "text/csv; charset=utf-8");
    CHECK(content_type(LogForm::full) == content_type(LogForm::text));
    CHECK(file_ending(LogForm::json_lines) == "jsonl");
    CHECK(file_ending(LogForm::csv) == "csv");
    CHECK(file_ending(LogForm::full) == "log");
}

TEST_CASE("Who names a beginning or a run gets all of it, unless a number of lines is asked for") {
    CHECK_FALSE(read({{"since", "1h"}}).query.tail);
    CHECK_FALSE(read({{"run", "-1"}}).query.tail);
    CHECK(read({{"since", "1h"}, {"tail", "7"}}).query.tail == 7);
    CHECK(read({{"until", "1h"}}).query.tail == 100);
    CHECK_FALSE(read({{"tail", "all"}}).query.tail);
    CHECK(read({{"tail", "0"}}).query.tail == 0);
}

TEST_CASE("A tail that is no number is refused") {
    for (const auto* value : {"", "-1", "ten", "1e3", "18446744073709551616"}) {
        CAPTURE(value);
        CHECK(refused({{"tail", value}}).starts_with("tail: "));
    }
}

TEST_CASE("A run is a number from the first or from the last, and never zero") {
    CHECK(read({{"run", "3"}}).query.run == 3);
    CHECK(read({{"run", "-2"}}).query.run == -2);
    for (const auto* value : {"", "0", "last", "1.5", "+1", "9223372036854775808"}) {
        CAPTURE(value);
        CHECK(refused({{"run", value}}).starts_with("run: "));
    }
}

TEST_CASE("Ages count back from now, and a window that ends before it begins is refused") {
    const auto window = read({{"since", "2h"}, {"until", "1h"}});
    CHECK(*window.query.since == now - std::chrono::hours(2));
    CHECK(*window.query.until == now - std::chrono::hours(1));
    CHECK(refused({{"since", "1h"}, {"until", "2h"}}).starts_with("since: "));
}

TEST_CASE("What lines must be like is passed on") {
    const auto request = read({{"level", "warning"},
                               {"stream", "stdout"},
                               {"text", "a+b"},
                               {"grep", "^x"},
                               {"ignoreCase", "1"},
                               {"notes", "0"},
                               {"colour", "1"}});
    CHECK(request.query.minimum_level == LogLevel::warning);
    CHECK(request.query.stream == LogStream::standard_output);
    CHECK(request.query.text == "a+b");
    CHECK(request.query.pattern == "^x");
    CHECK(request.query.ignore_case);
    CHECK_FALSE(request.query.notes);
    CHECK(request.ansi == Ansi::keep_colour);
    CHECK(read({{"stream", "stderr"}}).query.stream == LogStream::error_output);
}

TEST_CASE("An expression beyond its limit is refused") {
    CHECK(read({{"grep", std::string(1024, 'a')}}).query.pattern.size() == 1024);
    CHECK(refused({{"grep", std::string(1025, 'a')}}).starts_with("grep: "));
}
