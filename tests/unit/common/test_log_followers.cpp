#include "tests/unit/common/log_folder.hpp"

#include <doctest/doctest.h>

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
