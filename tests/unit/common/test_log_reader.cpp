#include "common/log_matcher.hpp"
#include "common/log_reader.hpp"
#include "common/log_segments.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace mcpm;
using std::chrono::seconds;

namespace {

constexpr LogTime epoch{seconds(1763835000)};

/// A log folder that is written by hand.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/mcpm-log-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    const std::filesystem::path& path() const { return path_; }
    void segment(std::uint64_t number) { number_ = number; }
    void raw(const std::string& bytes) const {
        std::ofstream(path_ / segment_name(number_), std::ios::app | std::ios::binary) << bytes;
    }
    std::size_t bytes() const { return std::filesystem::file_size(path_ / segment_name(number_)); }
    void record(int second, const std::string& text, LogStream stream = LogStream::error_output,
                bool partial = false) {
        std::string out(log_prefix_bytes, ' ');
        write_log_prefix(out.data(), epoch + seconds(second), stream, partial);
        raw(out + text + "\n");
    }
    void note(int second, const std::string& text) { raw(format_log_note(epoch + seconds(second), text)); }
    /// Of an own run.
    void record_of(std::uint64_t run, int second, const std::string& text, bool partial = false) {
        std::string out(log_own_prefix_bytes, ' ');
        out.resize(write_log_own_prefix(out.data(), epoch + seconds(second), LogStream::error_output, run));
        if (partial) out[log_prefix_bytes - 2] = 'P';
        raw(out + text + "\n");
    }
    void note_of(std::uint64_t run, int second, const std::string& text) {
        raw(format_log_note(epoch + seconds(second), text, run));
    }
    void run(std::uint64_t run, int second, RunKind kind = RunKind::shared) const {
        const auto size = std::filesystem::exists(path_ / segment_name(number_))
                              ? std::filesystem::file_size(path_ / segment_name(number_))
                              : 0;
        std::ofstream(path_ / "runs.idx", std::ios::app)
            << format_run_row({run, epoch + seconds(second), number_, size, kind});
    }

  private:
    std::filesystem::path path_;
    std::uint64_t number_ = 1;
};

struct Seen {
    std::vector<std::string> texts;
    std::vector<std::uint64_t> sequences;
    std::vector<bool> cuts;
    LogCursor cursor;
};

LogReader::Sink into(Seen& seen) {
    return [&seen](const LogLine& line) {
        seen.texts.emplace_back(line.text);
        seen.sequences.push_back(line.sequence);
        seen.cuts.push_back(line.cut);
        return true;
    };
}

Seen read(const Folder& folder, const LogQuery& query) {
    Seen seen;
    const auto cursor = LogReader(folder.path()).read(query, into(seen));
    REQUIRE(cursor.has_value());
    seen.cursor = *cursor;
    return seen;
}

using Texts = std::vector<std::string>;

/// 300 lines in three segments, one a second.
void fill(Folder& folder) {
    for (int i = 0; i < 300; ++i) {
        if (i % 100 == 0) folder.segment(static_cast<std::uint64_t>(i + 1));
        folder.record(i, "line " + std::to_string(i));
    }
}

}  // namespace

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

TEST_CASE("A follower reads on where it stood, over rotation") {
    Folder folder;
    folder.record(1, "one");
    Seen seen = read(folder, {});
    const LogReader reader(folder.path());
    folder.record(2, "two");
    folder.segment(3);
    folder.record(3, "three");
    auto progress = reader.read_on(seen.cursor, {}, into(seen));
    REQUIRE(progress.has_value());
    CHECK(seen.texts == Texts{"one", "two", "three"});
    CHECK(seen.sequences == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(progress->missed == 0);
    progress = reader.read_on(progress->cursor, {}, into(seen));
    CHECK(seen.texts.size() == 3);
}

TEST_CASE("A follower is told how much it missed") {
    Folder folder;
    folder.record(1, "one");
    Seen seen = read(folder, {});
    std::filesystem::remove(folder.path() / segment_name(1));
    folder.segment(8);
    folder.record(3, "eight");
    const auto progress = LogReader(folder.path()).read_on(seen.cursor, {}, into(seen));
    REQUIRE(progress.has_value());
    CHECK(progress->missed == 6);
    CHECK(seen.texts == Texts{"one", "eight"});
}

TEST_CASE("A follower waits for the rest of a line, and sees nothing twice meanwhile") {
    Folder folder;
    Seen seen;
    const LogReader reader(folder.path());
    folder.record(1, std::string(9000, 'p'), LogStream::standard_output, true);
    folder.record(2, "other");
    auto progress = reader.read_on({}, {}, into(seen));
    CHECK(seen.texts == Texts{"other"});
    folder.record(3, "another");
    progress = reader.read_on(progress->cursor, {}, into(seen));
    CHECK(seen.texts == Texts{"other", "another"});
    folder.record(4, "end", LogStream::standard_output);
    folder.raw("2025-11-22T18:19:51.123456789Z stderr F half");
    progress = reader.read_on(progress->cursor, {}, into(seen));
    REQUIRE(seen.texts.size() == 3);
    CHECK(seen.texts[2] == std::string(9000, 'p') + "end");
    folder.raw(" whole\n");
    progress = reader.read_on(progress->cursor, {}, into(seen));
    CHECK(seen.texts.back() == "half whole");
    CHECK(seen.sequences == std::vector<std::uint64_t>{2, 3, 1, 5});
}

TEST_CASE("A sink that stops early can be read on from") {
    Folder folder;
    fill(folder);
    Seen seen;
    const LogReader::Sink few = [&](const LogLine& line) {
        seen.texts.emplace_back(line.text);
        return seen.texts.size() % 7 != 0;
    };
    LogCursor cursor;
    for (int i = 0; i < 100 && seen.texts.size() < 300; ++i) {
        const auto progress = LogReader(folder.path()).read_on(cursor, {}, few);
        REQUIRE(progress.has_value());
        cursor = progress->cursor;
    }
    REQUIRE(seen.texts.size() == 300);
    for (std::size_t i = 0; i < 300; ++i) CHECK(seen.texts[i] == "line " + std::to_string(i));
}

TEST_CASE("A search gives a traceback whole, whichever of its lines matches") {
    const Texts whole{"ERROR call failed",
                      "Traceback (most recent call last):", "  File \"x.py\", line 1, in f",
                      "    return os.environ[name]", "KeyError: 'API_TOKEN'"};
    for (const int noise : {0, 3, 30'000}) {  // before and behind it: none, some, more than a block
        CAPTURE(noise);
        Folder folder;
        int second = 0;
        for (int i = 0; i < noise; ++i) folder.record(second++, "INFO tick " + std::to_string(i));
        for (const auto& line : whole) folder.record(second++, line);
        for (int i = 0; i < noise; ++i) folder.record(second++, "INFO tock " + std::to_string(i));
        const Texts trace(whole.begin() + 1, whole.end());
        for (const std::string text : {"API_TOKEN", "x.py", "os.environ", "Traceback"}) {
            CAPTURE(text);
            LogQuery query;
            query.text = text;
            CHECK(read(folder, query).texts == trace);
            query.tail = 100;
            CHECK(read(folder, query).texts == trace);
            query.text.clear();
            query.pattern = text + "|nothing like it";
            CHECK(read(folder, query).texts == trace);
        }
        LogQuery query;
        query.text = "call failed";
        CHECK(read(folder, query).texts == Texts{whole.front()});
        if (noise > 0) {
            query.text = "tock 0";
            CHECK(read(folder, query).texts == Texts{"INFO tock 0"});
        }
    }
}

TEST_CASE("A traceback is whole wherever the blocks that are read end") {
    for (int shift = 0; shift < 8; ++shift) {
        Folder folder;
        int second = 0;
        // A block has 512 KiB; the traceback comes at its end, a few bytes sooner or later.
        std::size_t bytes = 0;
        while (bytes + 800 < (512u << 10)) {
            folder.record(second, "INFO " + std::string(700, 'x'));
            bytes = folder.bytes();
            ++second;
        }
        const std::size_t left = (512u << 10) - folder.bytes();
        folder.record(second++,
                      "INFO " + std::string(left - 200 - 20 * static_cast<std::size_t>(shift), 'y'));
        folder.record(second++, "Traceback (most recent call last):");
        for (int i = 0; i < 6; ++i) folder.record(second++, "  File " + std::to_string(i));
        folder.record(second++, "KeyError: 'X'");
        for (int i = 0; i < 2000; ++i) folder.record(second++, "INFO behind it");
        LogQuery query;
        query.text = "KeyError";
        CHECK(read(folder, query).texts.size() == 8);
    }
}
