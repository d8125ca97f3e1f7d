#include "tests/unit/common/log_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;
using std::chrono::seconds;

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

TEST_CASE("A follower that searches gets a group whole, wherever it was woken in it") {
    const Texts whole{"Traceback (most recent call last):", "  File \"x.py\", line 1, in f",
                      "    return os.environ[name]", "KeyError: 'API_TOKEN'"};
    for (const std::string text : {"API_TOKEN", "x.py", "os.environ", "Traceback"}) {
        for (std::size_t woken = 0; woken < whole.size(); ++woken) {
            CAPTURE(text);
            CAPTURE(woken);
            Folder folder;
            folder.record(1, "INFO before");
            LogQuery query;
            query.text = text;
            Seen seen = read(folder, query);
            for (std::size_t at = 0; at < whole.size(); ++at) {
                folder.record(2, whole[at]);
                if (at != woken) continue;
                const auto progress = LogReader(folder.path()).read_on(seen.cursor, query, into(seen));
                REQUIRE(progress.has_value());
                seen.cursor = progress->cursor;
            }
            folder.record(3, "INFO behind");
            const auto progress = LogReader(folder.path()).read_on(seen.cursor, query, into(seen));
            REQUIRE(progress.has_value());
            CHECK(seen.texts == whole);
            CHECK(seen.sequences == std::vector<std::uint64_t>{2, 3, 4, 5});
        }
    }
}

TEST_CASE("A follower that is woken for each line has each line of a group once") {
    Folder folder;
    LogQuery query;
    query.text = "x.py";
    Seen seen = read(folder, query);
    const LogReader reader(folder.path());
    Texts written;
    for (int line = 0; line < 60; ++line) {
        const std::string text = line % 20 == 0 ? "Traceback (most recent call last):"
                                                : "  File \"x.py\", line " + std::to_string(line);
        folder.record(1, text);
        written.push_back(text);
        const auto progress = reader.read_on(seen.cursor, query, into(seen));
        REQUIRE(progress.has_value());
        seen.cursor = progress->cursor;
    }
    CHECK(seen.texts == written);
}

TEST_CASE("A sink that stops within a group loses none of it") {
    Folder folder;
    for (int group = 0; group < 5; ++group) {
        folder.record(1, "Traceback (most recent call last):");
        for (int line = 0; line < 9; ++line)
            folder.record(1, "  File \"x.py\", line " + std::to_string(line));
        folder.record(1, "KeyError: " + std::to_string(group));
        folder.record(1, "INFO between");
    }
    LogQuery query;
    query.text = "KeyError";
    Seen seen;
    std::size_t rounds = 0;
    const LogReader::Sink one = [&](const LogLine& line) {
        seen.texts.emplace_back(line.text);
        return false;
    };
    for (LogCursor cursor; rounds < 200; ++rounds) {
        const auto before = seen.texts.size();
        const auto progress = LogReader(folder.path()).read_on(cursor, query, one);
        REQUIRE(progress.has_value());
        cursor = progress->cursor;
        if (seen.texts.size() == before) break;
    }
    CHECK(seen.texts.size() == 55);
    CHECK(std::count(seen.texts.begin(), seen.texts.end(), "INFO between") == 0);
}
