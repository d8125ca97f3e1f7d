#include "agent/async/task_group.hpp"
#include "agent/disk/path_watch.hpp"
#include "common/unique_fd.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

using namespace mcpm;
using namespace std::chrono_literals;
using mcpm::test::TemporaryFolder;
using What = WatchedPath::What;

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

/// A folder two levels below the temporary one, and somebody who looks after a file in it.
struct Watched {
    explicit Watched(What what = What::existence) {
        std::filesystem::create_directories(folder);
        write(file, "one");
        watcher.emplace(watch, loop, std::vector<WatchedPath>{{what == What::contents ? folder : file, what}},
                        3600s);
        tasks.spawn("reading", watch.run());
        (void)watcher->before_look();
    }
    ~Watched() {
        tasks.cancel_all();
        test::run_to_end(loop, tasks.drain());
    }
    /// Whether `act` is told, however long it takes; a look begins before it.
    template <typename Act>
    bool tells(Act act) {
        const auto seen = watcher->before_look();
        act();
        return is_told_since(seen);
    }
    bool is_told_since(std::uint64_t seen) {
        bool told = false;
        auto wait = [](PathWatcher& one, std::uint64_t since, bool& done) -> Task<> {
            co_await one.changed(since, 20s);
            done = true;
        };
        const auto begin = Clock::now();
        test::run_to_end(loop, wait(*watcher, seen, told));
        return told && Clock::now() - begin < 15s;
    }
    /// Whether nothing was told of what `act` does, once the kernel has said something later.
    template <typename Act>
    bool is_silent_about(Act act) {
        (void)watcher->before_look();
        PathWatcher later(watch, loop, {{base.path() / "mark", What::existence}}, 3600s);
        const auto of_mark = later.before_look();
        const auto of_file = watcher->before_look();
        act();
        write(base.path() / "mark", "now");
        test::run_to_end(loop, later.changed(of_mark, 20s));
        const bool silent = watcher->before_look() == of_file;
        std::filesystem::remove(base.path() / "mark");
        return silent;
    }

    TemporaryFolder base;
    std::filesystem::path folder = base.path() / "above" / "folder";
    std::filesystem::path file = folder / "file";
    Loop loop;
    std::vector<std::string> said;
    PathWatch watch{loop, [this](const std::string& sentence) { said.push_back(sentence); }};
    TaskGroup tasks{loop};
    std::optional<PathWatcher> watcher;
};

}  // namespace

TEST_CASE("A file that is removed, replaced or made again is told") {
    Watched watched;
    CHECK(watched.tells([&] { std::filesystem::remove(watched.file); }));
    CHECK(watched.tells([&] { write(watched.file, "two"); }));
    write(watched.folder / "other", "three");
    CHECK(watched.tells([&] { std::filesystem::rename(watched.folder / "other", watched.file); }));
    CHECK_FALSE(watched.watcher->is_blind());
    CHECK(watched.said.empty());
}

TEST_CASE("A folder that goes with the file, is moved, or comes again is told, and so is one above it") {
    Watched watched;
    const auto above = watched.folder.parent_path();
    SUBCASE("removed and made again") {
        CHECK(watched.tells([&] { std::filesystem::remove_all(watched.folder); }));
        CHECK(watched.tells([&] { std::filesystem::create_directory(watched.folder); }));
        CHECK(watched.tells([&] { write(watched.file, "again"); }));
    }
    SUBCASE("moved away and back") {
        CHECK(watched.tells([&] { std::filesystem::rename(watched.folder, above / "elsewhere"); }));
        CHECK(watched.tells([&] { std::filesystem::rename(above / "elsewhere", watched.folder); }));
    }
    SUBCASE("the one above removed, and all of it made again") {
        CHECK(watched.tells([&] { std::filesystem::remove_all(above); }));
        CHECK(watched.tells([&] { std::filesystem::create_directories(watched.folder); }));
        CHECK(watched.tells([&] { write(watched.file, "again"); }));
    }
    SUBCASE("the one above moved") {
        CHECK(watched.tells([&] { std::filesystem::rename(above, watched.base.path() / "elsewhere"); }));
        CHECK(watched.tells([&] { std::filesystem::rename(watched.base.path() / "elsewhere", above); }));
    }
    CHECK(watched.said.empty());
}

TEST_CASE("What is written into a file is told of whom it matters to, and once it is closed") {
    SUBCASE("to whom it matters") {
        Watched watched(What::writes);
        CHECK(watched.tells([&] { write(watched.file, "other text"); }));
    }
    SUBCASE("in a folder, of every file") {
        Watched watched(What::contents);
        CHECK(watched.tells([&] { write(watched.folder / "new", "text"); }));
        CHECK(watched.tells([&] { std::filesystem::remove(watched.folder / "new"); }));
    }
    SUBCASE("to nobody else") {
        Watched watched;
        CHECK(watched.is_silent_about([&] { write(watched.file, "other text"); }));
        CHECK(watched.is_silent_about([&] { write(watched.folder / "other", "text"); }));
    }
}

TEST_CASE("Two who look after one folder are told each of what is theirs") {
    Watched watched;
    PathWatcher other(watched.watch, watched.loop, {{watched.folder / "theirs", What::existence}}, 3600s);
    const auto of_other = other.before_look();
    const auto of_file = watched.watcher->before_look();
    write(watched.folder / "theirs", "text");
    test::run_to_end(watched.loop, other.changed(of_other, 20s));
    CHECK(other.before_look() > of_other);
    CHECK(watched.watcher->before_look() == of_file);
    const auto both = other.before_look();
    CHECK(watched.tells([&] { std::filesystem::remove_all(watched.folder); }));
    CHECK(other.before_look() > both);
}

TEST_CASE("When the kernel had too much to say, everybody looks") {
    Watched watched;
    std::size_t most = 16384;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
    const auto seen = watched.watcher->before_look();
    const std::vector<std::filesystem::path> others{watched.folder / "a", watched.folder / "b"};
    for (std::size_t at = 0; at <= most / 2; ++at) {
        write(others[at % 2], "");
        std::filesystem::remove(others[at % 2]);
    }
    std::filesystem::remove(watched.file);  // of this the kernel says nothing any more
    CHECK(watched.is_told_since(seen));
}

TEST_CASE("Where the kernel tells of no changes its paths are looked at now and then, which is said once") {
    Loop loop;
    std::vector<std::string> said;
    PathWatch watch(loop, [&said](const std::string& sentence) { said.push_back(sentence); });
    PathWatcher watcher(watch, loop, {{"/proc/self/comm", What::existence}}, 1ms);
    for (int round = 0; round < 3; ++round) {
        const auto seen = watcher.before_look();
        CHECK(watcher.is_blind());
        test::run_to_end(loop, watcher.changed(seen));  // ends by itself
    }
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("(proc) may not tell of changes") != std::string::npos);
}

TEST_CASE("A folder that is removed while something in it is open, and made anew by who looks, is watched") {
    Watched watched;
    const UniqueFd open_one(::open(watched.file.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(open_one);
    std::filesystem::remove(watched.file);
    (void)watched.watcher->before_look();  // reads that the file is gone
    const auto seen = watched.watcher->before_look();
    std::filesystem::remove(watched.folder);  // the kernel does not tell of it: its last entry is open
    std::filesystem::create_directories(watched.folder);
    write(watched.file, "anew");
    CHECK(watched.is_told_since(seen));
    CHECK(watched.tells([&] { std::filesystem::rename(watched.folder, watched.base.path() / "elsewhere"); }));
}

TEST_CASE("A look that changes what it looks at goes on, and is no busy loop") {
    Watched watched;
    const auto begin = Clock::now();
    for (int round = 0; round < 60; ++round)
        CHECK(watched.tells(
            [&] { write(watched.file, std::to_string(round)), std::filesystem::remove(watched.file); }));
    const auto seen = watched.watcher->before_look();
    watched.watcher->tell();
    test::run_to_end(watched.loop, watched.watcher->changed(seen));
    CHECK(Clock::now() - begin >= 900ms);  // sixty at once, and one more a second, however long they took
}
