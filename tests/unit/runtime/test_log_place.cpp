#include "agent/runtime/log_place.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

using namespace mcpm;

namespace {

std::string lines(int from, int to) {
    std::string text;
    for (int number = from; number <= to; ++number) text += fmt::format("line {:04}\n", number);
    return text;
}

constexpr std::size_t line_bytes = 10;

StreamMarks marks_of(const std::string& heard) {
    StreamMarks marks;
    marks.head_size = static_cast<std::uint8_t>(std::min(heard.size(), StreamMarks::length));
    heard.copy(marks.head, marks.head_size);
    marks.tail_end = heard.rfind('\n') + 1;
    marks.tail_size = static_cast<std::uint8_t>(std::min<std::size_t>(marks.tail_end, StreamMarks::length));
    heard.copy(marks.tail, marks.tail_size, marks.tail_end - marks.tail_size);
    return marks;
}

LogPlace place_in(const std::string& log, const std::string& heard, std::uint64_t taken,
                  std::size_t piece = 7) {
    LogPlace place(marks_of(heard), taken);
    for (std::size_t at = 0; at < log.size(); at += piece)
        place.feed(std::string_view(log).substr(at, piece));
    return place;
}

}  // namespace

TEST_CASE("In a log that is whole, the place is where it was") {
    for (const std::size_t piece : {1UL, 7UL, 4096UL}) {
        const auto place = place_in(lines(1, 100), lines(1, 50), 45 * line_bytes, piece);
        CHECK_FALSE(place.is_rotated());
        CHECK_FALSE(place.is_doubtful());
        CHECK(place.skipped() == 45 * line_bytes);
    }
}

TEST_CASE("A log that the engine has not written as far yet is no rotated one") {
    const auto place = place_in(lines(1, 40), lines(1, 50), 500);
    CHECK_FALSE(place.is_rotated());
    CHECK(place.skipped() == 500);
    CHECK_FALSE(place_in("", lines(1, 50), 500).is_rotated());
}

TEST_CASE("The beginning of a line counts as taken, in the log or not yet in it") {
    const auto place = place_in(lines(1, 50), lines(1, 50) + "lin", 503);
    CHECK_FALSE(place.is_rotated());
    CHECK(place.skipped() == 503);
    const auto rotated = place_in(lines(40, 60), lines(1, 50) + "lin", 503);
    CHECK(rotated.is_rotated());
    CHECK(rotated.skipped() == 11 * line_bytes + 3);
}

TEST_CASE("In a rotated log that still has the last line, nothing is lost") {
    for (const std::size_t piece : {1UL, 7UL, 4096UL}) {
        const auto place = place_in(lines(40, 90), lines(1, 50), 45 * line_bytes, piece);
        CHECK(place.is_rotated());
        CHECK_FALSE(place.is_doubtful());
        CHECK(place.skipped() == 6 * line_bytes);
    }
}

TEST_CASE("In a rotated log that has the last line no more, all is new, and lines may be missing") {
    const auto place = place_in(lines(60, 90), lines(1, 50), 500);
    CHECK(place.is_rotated());
    CHECK(place.is_doubtful());
    CHECK(place.skipped() == 0);
}

TEST_CASE("A rotated log that reaches back to what was heard and not to what was taken is doubtful") {
    const auto place = place_in(lines(47, 90), lines(1, 50), 20 * line_bytes);
    CHECK(place.is_doubtful());
    CHECK(place.skipped() == 0);
}

TEST_CASE("A server that says the same again and again: where is not known, and said") {
    std::string heard = "begin\n";
    for (int number = 0; number < 100; ++number) heard += "tick\n";
    const auto place = place_in(heard.substr(6, 300), heard, heard.size());
    CHECK(place.is_rotated());
    CHECK(place.is_doubtful());
}

TEST_CASE("Without marks there is nothing to compare") {
    LogPlace place(StreamMarks{}, 7);
    place.feed(lines(1, 3));
    CHECK_FALSE(place.is_rotated());
    CHECK(place.skipped() == 7);
}
