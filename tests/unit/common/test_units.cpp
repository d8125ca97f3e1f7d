#include "common/units.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace std::chrono_literals;

TEST_CASE("Durations are read in every documented form") {
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("30s").value() == 30s);
    CHECK(parse_duration("5m").value() == 5min);
    CHECK(parse_duration("2h").value() == 2h);
    CHECK(parse_duration("1d").value() == 24h);
    CHECK(parse_duration("1h30m").value() == 90min);
    CHECK(parse_duration("1m30.5s").value() == 90500ms);
    CHECK(parse_duration("10").value() == 10s);
    CHECK(parse_duration("0.5").value() == 500ms);
    CHECK(parse_duration("0").value() == 0ms);
    CHECK(parse_duration("3650d").value() == 24h * 3650);
}

TEST_CASE("A bad duration says what was expected") {
    for (const char* text : {"", "-1s", "1x", "s", "1.", ".5", "1m1h", "1s1s", "1h5", "3651d", " 1s", "1 s",
                             "+1s", "99999999999999999999", "99999999999999999999999s", "1e3"}) {
        CAPTURE(text);
        const auto duration = parse_duration(text);
        REQUIRE(duration.has_error());
        CHECK(duration.error().code == ErrorCode::validation_error);
        CHECK(duration.error().message.find("bad duration") == 0);
        CHECK(duration.error().message.find("30s") != std::string::npos);
    }
    CHECK(parse_duration("a\nb").error().message.find('\n') == std::string::npos);
    CHECK(parse_duration(std::string(10000, '7')).error().message.size() < 250);
}

TEST_CASE("A duration is written in its shortest exact form and read back") {
    CHECK(format_duration(0ms) == "0s");
    CHECK(format_duration(90s) == "1m30s");
    CHECK(format_duration(250ms) == "250ms");
    CHECK(format_duration(1500ms) == "1.5s");
    CHECK(format_duration(25h) == "1d1h");
    CHECK(format_duration(-90s) == "-1m30s");
    CHECK(format_duration(Duration::min()).front() == '-');
    for (const Duration value : {1ms, 999ms, 1001ms, 60s + 1ms, 86400000ms + 10ms, 123456789ms})
        CHECK(parse_duration(format_duration(value)).value() == value);
}

TEST_CASE("Sizes follow docker's letters and the standards' words") {
    CHECK(parse_bytes("512").value() == 512);
    CHECK(parse_bytes("512B").value() == 512);
    CHECK(parse_bytes("64k").value() == 65536);
    CHECK(parse_bytes("64K").value() == 65536);
    CHECK(parse_bytes("10MiB").value() == 10485760);
    CHECK(parse_bytes("1.5GB").value() == 1500000000);
    CHECK(parse_bytes("1g").value() == 1073741824);
    CHECK(parse_bytes("1PiB").value() == 1ULL << 50U);
    for (const char* text :
         {"", "-1", "k", "1x", "1kx", "1kix", "1kibb", "9223372036854775808", "9000000p", "1 k"})
        CHECK(parse_bytes(text).has_error());
    CHECK(parse_bytes("1x").error().message.find("bad size \"1x\": expected a size such as") == 0);
}

TEST_CASE("Sizes are written for people") {
    CHECK(format_bytes(0) == "0B");
    CHECK(format_bytes(512) == "512B");
    CHECK(format_bytes(10485760) == "10MiB");
    CHECK(format_bytes(1610612736) == "1.5GiB");
    CHECK(format_bytes(1048575) == "1024KiB");
    CHECK(format_bytes(~0ULL) == "16EiB");
}

TEST_CASE("Times are read as RFC 3339 has them") {
    const Timestamp base = parse_time("2026-11-22T18:19:51Z").value();
    CHECK(format_time(base) == "2026-11-22T18:19:51Z");
    CHECK(parse_time("2026-11-22t19:19:51+01:00").value() == base);
    CHECK(parse_time("2026-11-22 17:49:51.25-00:30").value() == base + 250ms);
    CHECK(parse_time("2026-11-22T18:19:51.123456789Z").value() == base + 123ms);
    CHECK(format_time(base + 7ms) == "2026-11-22T18:19:51.007Z");
    CHECK(format_time(parse_time("2026-11-22").value()) == "2026-11-22T00:00:00Z");
    CHECK(format_time(parse_time("2016-12-31T23:59:60Z").value()) == "2017-01-01T00:00:00Z");
    CHECK(format_time(parse_time("0000-01-01").value()) == "0000-01-01T00:00:00Z");
    CHECK(format_time(parse_time("2024-02-29").value()) == "2024-02-29T00:00:00Z");
}

TEST_CASE("A bad time is refused") {
    for (const char* text :
         {"", "2026", "2026-13-01", "2026-02-29", "2026-11-22T", "2026-11-22T24:00:00Z", "2026-11-22T18:19Z",
          "2026-11-22T18:19:51", "2026-11-22T18:19:51.Z", "2026-11-22T18:19:51+1",
          "2026-11-22T18:19:51+01:99", "2026-11-22T18:19:51Zx", "2026-1-22", "x026-11-22", "2026-11-2x"}) {
        CAPTURE(text);
        REQUIRE(parse_time(text).has_error());
        CHECK(parse_time(text).error().message.find("bad time") == 0);
    }
}

TEST_CASE("A day is a year, a month and a day in digits, and nothing beside them") {
    CHECK(is_day("2026-11-22"));
    for (const char* const other :
         {"", "2026-11-2", "2026-11-222", "2026/11/22", "2026-1--22", "2026-11-22T", "----------"})
        CHECK_FALSE(is_day(other));
}

TEST_CASE("Tokens are a quarter of the bytes, and a part of one is one") {
    CHECK(estimated_tokens(0) == 0);
    CHECK(estimated_tokens(13) == 4);
}

TEST_CASE("An instant may be given as an age") {
    const Timestamp now = parse_time("2026-11-22T18:00:00Z").value();
    CHECK(parse_time_or_age("10m", now).value() == now - 10min);
    CHECK(parse_time_or_age("2026-11-22", now).value() == parse_time("2026-11-22").value());
    CHECK(parse_time_or_age("1763835591", now).value() == Timestamp(1763835591s));
    CHECK(parse_time_or_age("2026-99-22", now).has_error());
    CHECK(parse_time_or_age("yesterday", now).error().message.find("age") != std::string::npos);
    CHECK(now_utc() > now - 24h * 3650);
}
