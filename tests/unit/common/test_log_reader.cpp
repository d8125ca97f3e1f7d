#include "tests/unit/common/log_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;
using std::chrono::seconds;

TEST_CASE("A log is read in order over its segments, with growing sequences") {
    Folder folder;
    fill(folder);
    const Seen seen = read(folder, {});
    REQUIRE(seen.texts.size() == 300);
    for (std::size_t i = 0; i < 300; ++i) {
        CHECK(seen.texts[i] == "line " + std::to_string(i));
        CHECK(seen.sequences[i] == i + 1);
    }
    CHECK(seen.cursor.sequence == 301);
}

TEST_CASE("A folder that is not there is an empty log") {
    Seen seen;
    CHECK(LogReader("/nonexistent/folder").read({}, into(seen)).has_value());
    CHECK(seen.texts.empty());
}

TEST_CASE("The tail is the last lines, also of those that match, over segments") {
    Folder folder;
    fill(folder);
    for (const std::uint64_t wanted :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{5}, std::uint64_t{150}, std::uint64_t{1000}}) {
        CAPTURE(wanted);
        LogQuery query;
        query.tail = wanted;
        const Seen seen = read(folder, query);
        const std::size_t expected = std::min<std::size_t>(wanted, 300);
        REQUIRE(seen.texts.size() == expected);
        if (expected != 0) {
            CHECK(seen.texts.front() == "line " + std::to_string(300 - expected));
            CHECK(seen.sequences.back() == 300);
        }
        CHECK(seen.cursor.sequence == 301);
    }
    LogQuery query;
    query.tail = 2;
    query.text = "line 10";
    CHECK(read(folder, query).texts == Texts{"line 108", "line 109"});
}

TEST_CASE("The tail of a log longer than a step is exact") {
    Folder folder;
    for (int i = 0; i < 5000; ++i)
        folder.record(i, std::string(static_cast<std::size_t>(i % 97), 'x') + std::to_string(i));
    LogQuery query;
    query.tail = 3000;
    const Seen seen = read(folder, query);
    REQUIRE(seen.texts.size() == 3000);
    CHECK(seen.sequences.front() == 2001);
    CHECK(seen.sequences.back() == 5000);
}

TEST_CASE("since is inclusive, until exclusive, each found by halving") {
    Folder folder;
    fill(folder);
    for (const int from : {0, 1, 99, 100, 101, 250, 299}) {
        LogQuery query;
        query.since = epoch + seconds(from);
        query.until = epoch + seconds(from + 2);
        CAPTURE(from);
        const Seen seen = read(folder, query);
        CHECK(seen.texts.front() == "line " + std::to_string(from));
        CHECK(seen.texts.size() == (from == 299 ? 1 : 2));
    }
    LogQuery late;
    late.since = epoch + seconds(1000);
    CHECK(read(folder, late).texts.empty());
    LogQuery early;
    early.until = epoch;
    CHECK(read(folder, early).texts.empty());
}

TEST_CASE("Fragments are joined, also when the other stream comes between, and over segments") {
    Folder folder;
    const std::string part(log_fragment_minimum, 'p');
    folder.record(1, part, LogStream::standard_output, true);
    folder.record(2, "other", LogStream::error_output);
    folder.segment(3);
    folder.record(3, part, LogStream::standard_output, true);
    folder.record(4, "end", LogStream::standard_output);
    const Seen seen = read(folder, {});
    REQUIRE(seen.texts == Texts{"other", part + part + "end"});
    CHECK(seen.sequences == std::vector<std::uint64_t>{2, 1});
    LogQuery across;
    across.text = "pend";
    CHECK(read(folder, across).texts.size() == 1);
    LogQuery tail;
    tail.tail = 1;
    CHECK(read(folder, tail).texts == Texts{part + part + "end"});
}

TEST_CASE("An endless line comes in pieces that say they are cut") {
    Folder folder;
    const std::string part(16384, 'p');
    for (int i = 0; i < 130; ++i) folder.record(1, part, LogStream::standard_output, true);
    folder.record(2, "end", LogStream::standard_output);
    const Seen seen = read(folder, {});
    REQUIRE(seen.texts.size() == 3);
    CHECK(seen.cuts == std::vector<bool>{true, true, false});
    CHECK(seen.texts[0].size() + seen.texts[1].size() + seen.texts[2].size() == 130 * 16384 + 3);
}

TEST_CASE("Foreign lines do not break reading, and a torn end is left out") {
    Folder folder;
    folder.record(1, "one");
    folder.raw("foreign line\n");
    folder.raw(std::string("\0\0\xff garbage\n", 12));
    folder.record(2, "two");
    folder.raw("2025-11-22T18:19:51.123456789Z stder");
    const Seen seen = read(folder, {});
    REQUIRE(seen.texts.size() == 4);
    CHECK(seen.texts[1] == "foreign line");
    CHECK(seen.texts[3] == "two");
    LogQuery query;
    query.text = "foreign";
    CHECK(read(folder, query).texts == Texts{"foreign line"});
}

TEST_CASE("Text, patterns, streams, levels and notes select lines") {
    Folder folder;
    folder.note(0, "run 1 started");
    folder.record(1, "[ERROR] Disk full");
    folder.record(2, "INFO: all well", LogStream::standard_output);
    folder.record(3, "[WARN] disk nearly full");
    LogQuery query;
    query.text = "stderr";  // stands in every prefix, but in no text
    CHECK(read(folder, query).texts.empty());
    query.text = "disk";
    CHECK(read(folder, query).texts == Texts{"[WARN] disk nearly full"});
    query.ignore_case = true;
    CHECK(read(folder, query).texts.size() == 2);
    query = {};
    query.pattern = "^\\[(ERROR|WARN)\\].*full$";
    CHECK(read(folder, query).texts.size() == 2);
    query.pattern = "DISK";
    CHECK(read(folder, query).texts.empty());
    query.ignore_case = true;
    CHECK(read(folder, query).texts.size() == 2);
    query = {};
    query.stream = LogStream::standard_output;
    query.notes = false;
    CHECK(read(folder, query).texts == Texts{"INFO: all well"});
    query = {};
    query.minimum_level = LogLevel::warning;
    CHECK(read(folder, query).texts.size() == 2);
}

TEST_CASE("Runs beside the server's own stand in the same log and are told by their number") {
    Folder folder;
    folder.run(1, 1);
    folder.note(1, "run 1 started");
    folder.record(2, "shared a");
    folder.run(2, 3, RunKind::own);
    folder.note_of(2, 3, "run 2 started");
    folder.record_of(2, 4, "own a");
    folder.record(5, "sha", LogStream::error_output, true);
    folder.record_of(2, 5, "ow", true);
    folder.record(6, "red b");
    folder.record_of(2, 6, "n b");
    folder.run(3, 7);
    folder.note(7, "run 3 started");
    folder.record_of(2, 8, "own c");
    folder.record(9, "shared c");
    LogQuery query;
    CHECK(read(folder, query).texts == Texts{"run 1 started", "shared a", "run 2 started", "own a",
                                             "shared b", "own b", "run 3 started", "own c", "shared c"});
    query.run = 1;
    CHECK(read(folder, query).texts == Texts{"run 1 started", "shared a", "shared b"});
    query.run = 2;
    CHECK(read(folder, query).texts == Texts{"run 2 started", "own a", "own b", "own c"});
    query.tail = 2;
    CHECK(read(folder, query).texts == Texts{"own b", "own c"});
    query.tail.reset();
    query.run = 3;
    CHECK(read(folder, query).texts == Texts{"run 3 started", "shared c"});
    query.run = -1;
    CHECK(read(folder, query).texts == Texts{"run 3 started", "shared c"});
    query.run = -2;
    CHECK(read(folder, query).texts == Texts{"run 1 started", "shared a", "shared b"});
    query.run = 2;
    Seen followed;
    REQUIRE(LogReader(folder.path()).read_on({}, query, into(followed)).has_value());
    CHECK(followed.texts == Texts{"run 2 started", "own a", "own b", "own c"});
    LogLine line;
    line.run = 2;
    line.text = "x";
    std::string json;
    append_line(json, line, LogForm::json_lines, Ansi::strip);
    CHECK(json.find(R"("run":2)") != std::string::npos);
}

TEST_CASE("Runs are found by number, from the end, and when rotated away") {
    Folder folder;
    std::ofstream(folder.path() / "runs.idx") << "1 torn row\n" << format_run_row({1, epoch, 1, 0});
    folder.segment(10);
    folder.run(2, 1);
    folder.note(1, "run 2 started");
    folder.record(2, "two");
    folder.run(3, 3);
    folder.note(3, "run 3 started");
    folder.record(4, "three");
    std::ofstream(folder.path() / "runs.idx", std::ios::app) << "4 2025-11-2";
    LogQuery query;
    query.run = 2;
    CHECK(read(folder, query).texts == Texts{"run 2 started", "two"});
    query.run = -1;
    CHECK(read(folder, query).texts == Texts{"run 3 started", "three"});
    query.run = -2;
    CHECK(read(folder, query).texts == Texts{"run 2 started", "two"});
    query.run = 1;
    CHECK(read(folder, query).texts.empty());
    CHECK(LogReader(folder.path()).runs().size() == 3);
    for (const std::int64_t unknown : {7, -4, 0}) {
        query.run = unknown;
        REQUIRE_FALSE(LogReader(folder.path()).check(query));
        CHECK(LogReader(folder.path()).check(query).error().code == ErrorCode::not_found);
    }
}
