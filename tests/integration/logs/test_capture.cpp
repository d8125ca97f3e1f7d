#include "agent/handover/run_facts.hpp"
#include "tests/integration/logs/log_setup.hpp"

#include <fstream>
#include <map>

using namespace mcpm;
using namespace mcpm::test;

namespace {

using Texts = std::vector<std::string>;

std::uint64_t resident_bytes() {
    std::uint64_t pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("What a server writes stands in its log, in order, to the last byte") {
    const TemporaryFolder folder;
    Store store(folder.path());
    Pipe pipe = make_pipe();
    store.logs->begin_run(server, 1, "run 1 started");
    store.logs->capture(server, 1, LogStream::error_output, std::move(pipe.read), nullptr, false);
    write_whole(pipe.write.get(), "one\ntwo\r\nunfin");
    write_whole(pipe.write.get(), "ished");
    pipe.write.reset();
    store.drain();
    store.logs->end_run(server, 1, "run 1 ended");
    CHECK(texts_of(store.logs->folder_of(server)) ==
          Texts{"run 1 started", "one", "two", "unfinished", "run 1 ended"});
    CHECK(store.logs->counters(server).lines == 3);
    CHECK(store.logs->counters(server).dropped_lines == 0);
    CHECK(std::filesystem::is_symlink(store.logs->folder_of(server) / "current.log"));
    store.close();
    CHECK(store.said.empty());
}

TEST_CASE(
    "What is to be hidden does not come into the log, however it is cut on its way, and all else does") {
    const TemporaryFolder folder;
    Store store(folder.path());
    Pipe pipe = make_pipe();
    store.logs->begin_run(server, 1, "run 1 started");
    HiddenValues hidden;
    hidden.add({"swordfish", "stderr", "first line\nsecond line"});
    store.logs->hide(server, std::move(hidden));
    store.logs->capture(server, 1, LogStream::error_output, std::move(pipe.read), nullptr, false);
    write_whole(pipe.write.get(), "it is swordfish, sword");
    write_whole(pipe.write.get(), "fish!\nto stderr\nfirst line\nsecond line\nsword\nfish\n");
    pipe.write.reset();
    store.drain();
    store.logs->append(server, LogStream::standard_output, "noise: swordfish");
    store.logs->note(server, "could not use swordfish");
    CHECK(texts_of(store.logs->folder_of(server)) == Texts{"run 1 started", "it is ***, ***!", "to ***",
                                                           "***", "***", "sword", "fish", "noise: ***",
                                                           "could not use ***"});
    CHECK(store.logs->counters(server).lines == 7);
    store.close();
    CHECK(store.said.empty());
}

TEST_CASE("Two runs that write at the same time do not mix, not even in the middle of long lines") {
    const TemporaryFolder folder;
    Store store(folder.path());
    Pipe shared = make_pipe();
    Pipe own = make_pipe();
    store.logs->begin_run(server, 1, "run 1 started");
    store.logs->begin_run(server, 2, "run 2 started", RunKind::own);
    store.logs->capture(server, 1, LogStream::error_output, std::move(shared.read), nullptr, false);
    store.logs->capture(server, 2, LogStream::error_output, std::move(own.read), nullptr, false,
                        RunKind::own);
    const std::string a(20'000, 'a'), b(20'000, 'b');
    for (int part = 0; part < 3; ++part) {
        write_whole(shared.write.get(), a);
        write_whole(own.write.get(), b);
        for (int turn = 0; turn < 20; ++turn) {
            store.loop.restart();
            store.loop.poll();
        }
    }
    shared.write.reset();
    own.write.reset();
    store.drain(1);
    store.drain(2);
    store.logs->end_run(server, 2, "run 2 ended", RunKind::own);
    store.close();
    for (const auto& [run, letter] : {std::pair(1, 'a'), std::pair(2, 'b')}) {
        LogQuery query;
        query.run = run;
        query.notes = false;
        const auto texts = texts_of(store.logs->folder_of(server), query);
        REQUIRE(texts.size() == 1);
        CHECK(texts.front() == std::string(60'000, letter));
    }
}

TEST_CASE("A flood without a newline needs little memory and no byte is lost") {
    const TemporaryFolder folder;
    LogLimits limits;
    limits.server_bytes = 512 << 20;
    Store store(folder.path(), limits);
    Pipe pipe = make_pipe();
    store.logs->capture(server, 1, LogStream::standard_output, std::move(pipe.read), nullptr, false);
    constexpr std::size_t total = 64 << 20;
    std::thread writer([&] {
        const std::string block(64 << 10, 'x');
        for (std::size_t done = 0; done < total; done += block.size()) write_whole(pipe.write.get(), block);
        pipe.write.reset();
    });
    store.loop.run_one();
    [[maybe_unused]] const std::uint64_t before = resident_bytes();
    store.drain();
    [[maybe_unused]] const std::uint64_t after = resident_bytes();
    writer.join();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK(after - std::min(before, after) <= 2u << 20);
#endif
    std::uint64_t read = 0;
    const auto cursor = LogReader(store.logs->folder_of(server)).read({}, [&](const LogLine& line) {
        read += line.text.size();
        return true;
    });
    REQUIRE(cursor.has_value());
    CHECK(read == total);
    store.close();
}

TEST_CASE("A follower sees every line once while segments rotate under load") {
    const TemporaryFolder folder;
    LogLimits limits;
    limits.segment_bytes = 64 << 10;
    limits.segments = 1000;
    Store store(folder.path(), limits);
    Pipe pipe = make_pipe();
    store.logs->capture(server, 1, LogStream::standard_output, std::move(pipe.read), nullptr, false);
    constexpr int lines = 50000;
    std::thread writer([&] {
        std::string some;
        for (int i = 0; i < lines; ++i) {
            some += "line " + std::to_string(i) + "\n";
            if (i % 37 != 0 && i + 1 != lines) continue;
            write_whole(pipe.write.get(), some);
            some.clear();
        }
        pipe.write.reset();
    });
    int next = 0;
    std::uint64_t next_sequence = 1, missed = 0;
    LogCursor cursor;
    const LogReader reader(store.logs->folder_of(server));
    const auto look = [&] {
        const auto progress = reader.read_on(cursor, {}, [&](const LogLine& line) {
            if (line.sequence == next_sequence && line.text == "line " + std::to_string(next)) ++next;
            ++next_sequence;
            return true;
        });
        REQUIRE(progress.has_value());
        cursor = progress->cursor;
        missed += progress->missed;
    };
    while (next_sequence <= lines) {
        const bool notified =
            run_to_end(store.loop, store.logs->changed(server).wait_for(std::chrono::seconds(10)));
        look();
        REQUIRE((notified || next_sequence > lines));
    }
    writer.join();
    store.drain();
    CHECK(next == lines);
    CHECK(next_sequence == lines + 1);
    CHECK(missed == 0);
    CHECK(LogSegments::open(store.logs->folder_of(server))->all().size() > 10);
    store.close();
}

TEST_CASE("Budgets of a server and of all servers are never exceeded") {
    const TemporaryFolder folder;
    LogLimits limits;
    limits.segment_bytes = 32 << 10;
    limits.server_bytes = 128 << 10;
    limits.total_bytes = 256 << 10;
    Store store(folder.path(), limits);
    const std::string text(500, 't');
    for (int i = 0; i < 4000; ++i) {
        const std::string id = "srv_" + std::to_string(i % 5);
        store.logs->append(id, LogStream::error_output, text);
        if (i % 50 != 0) continue;
        CHECK(bytes_in(folder.path()) <= limits.total_bytes);
        CHECK(bytes_in(store.logs->folder_of(id)) <= limits.server_bytes);
    }
    for (int i = 0; i < 2000; ++i) store.logs->append("srv_0", LogStream::error_output, text);
    CHECK(bytes_in(store.logs->folder_of("srv_0")) <= limits.server_bytes);
    CHECK(bytes_in(folder.path()) <= limits.total_bytes);
    CHECK(bytes_in(folder.path()) >= limits.server_bytes / 2);
    store.close();
}

TEST_CASE("A new agent keeps the budget over what a former one left") {
    const TemporaryFolder folder;
    LogLimits limits;
    limits.segment_bytes = 16 << 10;
    {
        Store store(folder.path(), limits);
        for (int i = 0; i < 400; ++i)
            store.logs->append("srv_old", LogStream::error_output, std::string(500, 'o'));
        store.close();
    }
    limits.total_bytes = 64 << 10;
    Store store(folder.path(), limits);
    store.loop.poll();
    CHECK(bytes_in(folder.path()) <= limits.total_bytes);
    store.close();
}

TEST_CASE("The next agent takes an unfinished line over") {
    const TemporaryFolder folder;
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    Pipe pipe = make_pipe();
    UniqueFd kept(::fcntl(pipe.read.get(), F_DUPFD_CLOEXEC, 0));  // what the keeper holds
    {
        Store store(folder.path());
        store.logs->begin_run(server, 1, "run 1 started");
        store.logs->capture(server, 1, LogStream::standard_output, std::move(pipe.read), &*facts, false);
        write_whole(pipe.write.get(), "whole\nunfin");
        run_to_end(store.loop, store.logs->changed(server).wait_for(std::chrono::seconds(10)));
        store.close();
    }
    CHECK(facts->carry(OutputStream::standard_output) == "unfin");
    CHECK_FALSE(facts->read_pending(OutputStream::standard_output));
    write_whole(pipe.write.get(), "ished\nwhile away\n");
    pipe.write.reset();
    facts->set_read_pending(OutputStream::standard_output, true);  // as if the agent had been killed
    Store store(folder.path());
    store.logs->capture(server, 1, LogStream::standard_output, std::move(kept), &*facts, true);
    store.drain();
    const Texts texts = texts_of(store.logs->folder_of(server));
    REQUIRE(texts.size() == 5);
    CHECK(texts[1] == "whole");
    CHECK(texts[2].starts_with("the agent was lost here"));
    CHECK(texts[3] == "unfinished");
    CHECK(texts[4] == "while away");
    CHECK_FALSE(facts->read_pending(OutputStream::standard_output));
    store.close();
}

TEST_CASE("A torn end is mended, said, and sequences go on") {
    const TemporaryFolder folder;
    std::filesystem::path first;
    {
        Store store(folder.path());
        store.logs->append(server, LogStream::error_output, "one");
        first = store.logs->folder_of(server) / segment_name(1);
        store.close();
    }
    for (const std::string& torn :
         {std::string("2025-11-22T18:1"), std::string(5000, '\0'), std::string("\0\0x", 3)}) {
        std::ofstream(first, std::ios::app | std::ios::binary) << torn;
        Store store(folder.path());
        store.logs->append(server, LogStream::error_output, "next");
        CHECK(store.has_said("the log was torn here"));
        CHECK(texts_of(store.logs->folder_of(server)).back() == "next");
        store.close();
    }
    const Texts texts = texts_of(folder.path() / server);
    CHECK(texts.size() == 7);
    CHECK(texts.front() == "one");
}

TEST_CASE("A line that a killed run left unfinished is not joined with the next run's") {
    const TemporaryFolder folder;
    {
        Store store(folder.path());
        Pipe pipe = make_pipe();
        auto facts = RunFacts::create();
        store.logs->capture(server, 1, LogStream::standard_output, std::move(pipe.read), &*facts, false);
        write_whole(pipe.write.get(), std::string(20000, 'x'));
        run_to_end(store.loop, store.logs->changed(server).wait_for(std::chrono::seconds(10)));
        store.close();
    }
    Store store(folder.path());
    store.logs->begin_run(server, 2, "run 2 started");
    store.logs->append(server, LogStream::standard_output, "fresh");
    CHECK(texts_of(store.logs->folder_of(server)) ==
          Texts{std::string(16384, 'x'), "run 2 started", "fresh"});
    LogQuery query;
    query.run = 2;
    CHECK(texts_of(store.logs->folder_of(server), query) == Texts{"run 2 started", "fresh"});
    store.close();
}

TEST_CASE("A log that was deleted while it is written begins anew") {
    const TemporaryFolder folder;
    Store store(folder.path());
    store.logs->append(server, LogStream::error_output, "gone");
    std::filesystem::remove_all(store.logs->folder_of(server));
    store.logs->note(server, "still here");
    store.logs->append(server, LogStream::error_output, "more");
    const auto texts = texts_of(store.logs->folder_of(server));
    REQUIRE(texts.size() == 3);
    CHECK(texts[0].starts_with("the log was deleted or moved away while it was written"));
    CHECK(Texts{texts[1], texts[2]} == Texts{"still here", "more"});
    CHECK(store.has_said("deleted or moved away while it was written"));
    store.close();
}

TEST_CASE("Followers that come and go leave nothing behind, and a removed server's are woken") {
    const TemporaryFolder folder;
    Store store(folder.path());
    for (int i = 0; i < 10000; ++i) {
        TaskGroup follower(store.loop);
        follower.spawn("follower", store.logs->changed(server).wait());
        store.loop.poll();
        REQUIRE(follower.size() == 1);
        store.logs->append(server, LogStream::error_output, "line");
        store.loop.restart();
        store.loop.poll();
        REQUIRE(follower.size() == 0);
    }
    CHECK(texts_of(store.logs->folder_of(server)).size() == 10000);
    TaskGroup last(store.loop);
    last.spawn("follower", store.logs->changed(server).wait());
    store.loop.poll();
    store.logs->remove(server);
    store.loop.restart();
    store.loop.poll();
    CHECK(last.size() == 0);
    CHECK_FALSE(std::filesystem::exists(store.logs->folder_of(server)));
    store.close();
}

TEST_CASE("An id that is no name of a folder is a bug and never a path") {
    const TemporaryFolder folder;
    Store store(folder.path());
    CHECK_THROWS(store.logs->note("../evil", "x"));
    CHECK_THROWS(store.logs->note("", "x"));
    store.close();
}

TEST_CASE("The folder of a removed server is deleted, also one that an agent before this one left") {
    TemporaryFolder folder;
    std::filesystem::create_directories(folder / ".removed-0123456789abcdef/inside");
    Store store(folder.path());
    store.logs->append(server, LogStream::error_output, "line");
    const auto place = store.logs->folder_of(server);
    REQUIRE(std::filesystem::exists(place));
    store.logs->remove(server);
    CHECK_FALSE(std::filesystem::exists(place));
    store.logs->append(server, LogStream::error_output, "of a server that came again");
    while (std::distance(std::filesystem::directory_iterator(folder.path()), {}) > 1) store.loop.run_one();
    CHECK(texts_of(place) == std::vector<std::string>{"of a server that came again"});
    store.close();
}
