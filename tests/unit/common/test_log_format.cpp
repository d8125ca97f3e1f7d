#include "common/log_format.hpp"
#include "common/log_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace mcpm;

namespace {

constexpr LogTime some_time{std::chrono::seconds(1763835591) + std::chrono::nanoseconds(123456789)};

std::string prefix(LogTime time, LogStream stream, bool partial) {
    std::string out(log_prefix_bytes, '?');
    write_log_prefix(out.data(), time, stream, partial);
    return out;
}

std::string sanitized(std::string_view text, Ansi ansi) {
    std::string out;
    append_sanitized(out, text, ansi);
    return out;
}

std::string printed(std::string_view text, LogForm form, Ansi ansi = Ansi::strip) {
    LogLine line;
    line.sequence = 7;
    line.time = some_time;
    line.level = LogLevel::warning;
    line.text = text;
    std::string out;
    append_line(out, line, form, ansi);
    return out;
}

}  // namespace

TEST_CASE("A record's prefix has forty bytes and is read back") {
    CHECK(prefix(some_time, LogStream::error_output, false) == "2025-11-22T18:19:51.123456789Z stderr F ");
    CHECK(prefix(some_time, LogStream::standard_output, true) == "2025-11-22T18:19:51.123456789Z stdout P ");
    const std::string line = prefix(some_time, LogStream::standard_output, true) + "text F here";
    const auto record = parse_log_record(line);
    REQUIRE(record);
    CHECK(record->time == some_time);
    CHECK(record->stream == LogStream::standard_output);
    CHECK(record->partial);
    CHECK_FALSE(record->note);
    CHECK(record->text == "text F here");
}

TEST_CASE("Times are written as they were, at the edges of days, months and years") {
    using namespace std::chrono;
    for (const LogTime time : {LogTime{}, LogTime{sys_days{2024y / 2 / 29}},
                               LogTime{sys_days{2024y / 12 / 31}} + 86399s + 999999999ns,
                               LogTime{sys_days{1969y / 12 / 31}} + 1ns, LogTime{sys_days{2261y / 1 / 1}}}) {
        const auto record = parse_log_record(prefix(time, LogStream::error_output, false));
        REQUIRE(record);
        CHECK(record->time == time);
    }
}

TEST_CASE("A note is recognised, its newlines are gone") {
    std::string note = format_log_note(some_time, "run 3 started\nand more");
    REQUIRE(note.back() == '\n');
    note.pop_back();
    const auto record = parse_log_record(note);
    REQUIRE(record);
    CHECK(record->note);
    CHECK(record->text == "run 3 started and more");
}

TEST_CASE("What is not of the format is no record") {
    for (const std::string_view line :
         {"", "hello", "2025-11-22T18:19:51.123456789Z stderr",
          "2025-11-22T18:19:51.123456789Z stderr X text", "2025-11-22T18:19:51.123456789Z stdxxx F text",
          "2025-11-22T18:19:51.12345678xZ stderr F text", "2025-13-22T18:19:51.123456789Z stderr F text",
          "9999-11-22T18:19:51.123456789Z stderr F text", "2025-11-22T18:19:51.123456789Z stderr FF text",
          "2025-11-22 18:19:51.123456789Z stderr F text"}) {
        CAPTURE(line);
        CHECK_FALSE(parse_log_record(line));
    }
    CHECK(parse_log_record("2025-11-22T18:19:51.123456789Z stderr F")->text.empty());
    CHECK(parse_log_record("2025-11-22T18:19:51.123456789Z stderr F:other x")->text == "x");
}

TEST_CASE("Levels are recognised in common shapes") {
    struct Case {
        std::string_view text;
        LogLevel level;
    };
    for (const Case& c : {
             Case{R"({"level":"warn","msg":"x"})", LogLevel::warning},
             Case{R"({"time":1, "level" : 50})", LogLevel::error},
             Case{R"({"level":30,"pid":1})", LogLevel::info},
             Case{R"({"severity":"CRITICAL"})", LogLevel::fatal},
             Case{"[ERROR] broken", LogLevel::error},
             Case{"2025-11-22 18:19 [warn ] slow", LogLevel::warning},
             Case{"WARN: slow", LogLevel::warning},
             Case{"level=warn msg=slow", LogLevel::warning},
             Case{"time=x level=\"error\" msg=y", LogLevel::error},
             Case{"ERROR:root:broken", LogLevel::error},
             Case{"2025-11-22 18:19:51,123 - app - WARNING - slow", LogLevel::warning},
             Case{"INFO:     Started server process [1]", LogLevel::info},
             Case{"E1122 18:19:51.123456 1 a.cc:1] x", LogLevel::error},
             Case{"\x1b[31merror\x1b[0m: broken", LogLevel::unknown},
             Case{"\x1b[31mERROR\x1b[0m broken", LogLevel::error},
             Case{"error: broken", LogLevel::error},
             Case{"npm ERR! code E404", LogLevel::error},
             Case{"npm WARN deprecated", LogLevel::warning},
             Case{"TypeError: x is not a function", LogLevel::error},
             Case{"(node:12) Warning: old", LogLevel::warning},
             Case{"Traceback (most recent call last):", LogLevel::error},
             Case{"panic: runtime error", LogLevel::fatal},
             Case{"<info> up", LogLevel::info},
             Case{"there was no error at all", LogLevel::unknown},
             Case{"GET /error/404 200", LogLevel::unknown},
             Case{"", LogLevel::unknown},
             Case{"{", LogLevel::unknown},
             Case{"plain text", LogLevel::unknown},
             Case{"terror: the film", LogLevel::unknown},
             Case{"[18:19:51] DEBUG (123): x", LogLevel::debug},
         }) {
        CAPTURE(c.text);
        CHECK(wire_name(detect_level(c.text)) == wire_name(c.level));
    }
    CHECK(parse_level("Warn") == LogLevel::warning);
    CHECK_FALSE(parse_level("loud"));
}

TEST_CASE("Terminal attacks become visible text") {
    struct Case {
        std::string_view attack, shown;
    };
    for (const Case& c : {
             Case{"\x1b]0;title\x07", "\\x1b]0;title\\x07"},      // window title
             Case{"\x1b]52;c;Zm9v\x07", "\\x1b]52;c;Zm9v\\x07"},  // clipboard
             Case{"\x1b[2J\x1b[1;1H", "\\x1b[2J\\x1b[1;1H"},      // clear and move
             Case{"\xC2\x9B"
                  "2J",
                  "\\u009b2J"},  // C1 CSI in UTF-8
             Case{"\x9B"
                  "2J",
                  "\xEF\xBF\xBD"
                  "2J"},  // C1 CSI raw: invalid UTF-8
             Case{"a\xE2\x80\xAE"
                  "b",
                  "a\\u202eb"},  // right-to-left override
             Case{"back\b\rspace\x7f", "back\\x08\\x0dspace\\x7f"},
             Case{"\x1bP1;1|17/ab\x1b\\", "\\x1bP1;1|17/ab\\x1b\\"},
             Case{"\x1b[?1049h", "\\x1b[?1049h"},
             Case{"\x1b[31", "\\x1b[31"},
             Case{"tab\there", "tab\there"},
             Case{"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80", "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"},
         }) {
        CAPTURE(c.shown);
        CHECK(sanitized(c.attack, Ansi::keep_colour) == c.shown);
        CHECK(sanitized(c.attack, Ansi::strip) == c.shown);
    }
}

TEST_CASE("Colours are kept or stripped, and nothing can be hidden in them") {
    CHECK(sanitized("\x1b[1;31mred\x1b[0m", Ansi::keep_colour) == "\x1b[1;31mred\x1b[0m");
    CHECK(sanitized("\x1b[1;31mred\x1b[0m", Ansi::strip) == "red");
    CHECK(sanitized("\x1b[3\x1b[0m1mx", Ansi::strip) == "\\x1b[31mx");
    CHECK(sanitized("\x1b[" + std::string(100, '1') + "m", Ansi::keep_colour).find('\x1b') ==
          std::string::npos);
    CHECK(printed("\x1b[31mred", LogForm::text, Ansi::keep_colour) == "\x1b[31mred\x1b[0m\n");
}

TEST_CASE("Invalid UTF-8 becomes replacement characters") {
    CHECK(sanitized("a\xFF", Ansi::strip) == "a\xEF\xBF\xBD");
    CHECK(sanitized("\xC0\x80", Ansi::strip) == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(sanitized("\xED\xA0\x80", Ansi::strip).find("\xED\xA0") == std::string::npos);
}

TEST_CASE("JSON lines escape any bytes") {
    CHECK(printed("a\"b\\c\td\x01\xFF", LogForm::json_lines) ==
          "{\"time\":\"2025-11-22T18:19:51.123456789Z\",\"stream\":\"stderr\",\"level\":\"warning\","
          "\"text\":\"a\\\"b\\\\c\\td\\u0001\xEF\xBF\xBD\",\"sequence\":7}\n");
    CHECK(printed("\x1b[31mx\xC2\x9B", LogForm::json_lines).find("\"text\":\"x\\u009b\"") !=
          std::string::npos);
    CHECK(printed("\x1b[31mx", LogForm::json_lines, Ansi::keep_colour).find(R"("\u001b[31mx")") !=
          std::string::npos);
}

TEST_CASE("CSV quotes its text and defuses formulas") {
    CHECK(printed("a,\"b\"", LogForm::csv) ==
          "2025-11-22T18:19:51.123456789Z,stderr,warning,7,,\"a,\"\"b\"\"\"\r\n");
    CHECK(printed("=HYPERLINK(\"x\")", LogForm::csv).find("\"'=HYPERLINK") != std::string::npos);
    CHECK(printed("  -1", LogForm::csv).find("\"'  -1\"") != std::string::npos);
}

TEST_CASE("The full form leads with time, stream and level") {
    CHECK(printed("x", LogForm::full) == "2025-11-22T18:19:51.123456789Z stderr warning x\n");
    CHECK(printed("x", LogForm::text) == "x\n");
}
