#include "agent/async/notifier.hpp"
#include "agent/observe/stats_watch.hpp"
#include "tests/integration/store/fixture.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::observe;

namespace {

constexpr const char* server = "srv_aaaaaaaaaaaa";
constexpr const char* container = "srv_bbbbbbbbbbbb";

/// Looks at this test's own process and at a container that nobody runs.
struct Watched {
    Loop loop;
    Workers workers{1};
    test::Folder folder;
    StateStore::Opened opened = test::must_open(loop, folder.database());
    HistoryStore history{*opened.store};
    Notifier begun{loop};
    bool has_servers = true, engine_answers = true;
    unsigned looks = 0;
    std::uint64_t run = 1;
    std::uint64_t received = 5;

    StatsSources sources() {
        StatsSources sources;
        sources.subjects = [this] {
            Subject own{server, run, {::getpid()}};
            Subject other{container, 1, {}};
            other.is_container = true;
            return std::vector{own, other};
        };
        sources.is_defined = [](const std::string&) { return true; };
        sources.container = [this](std::string) { return look_at_container(); };
        sources.somebody_runs = [this] { return until_servers(); };
        return sources;
    }
    Task<std::optional<ContainerLook>> look_at_container() {
        ++looks;
        if (!engine_answers) co_return std::nullopt;
        ContainerLook look;
        look.usage.processes = 1;
        look.received_bytes = received;
        received += 10;
        co_return look;
    }
    Task<> until_servers() {
        while (!has_servers) co_await begun.wait();
    }
};

}  // namespace

TEST_CASE(
    "While nobody looks, servers are looked at once in a long time, and whoever looks makes it be now") {
    Watched watched;
    StatsWatch::Pace pace;
    pace.first = Clock::duration::zero();
    pace.unwatched = std::chrono::hours(1);
    pace.watched = Clock::duration::zero();
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources(), pace);
    watch.start();
    test::run_to_end(watched.loop, watch.look());
    const auto first = watched.looks;
    CHECK(first <= 2);  // the one of the hour, and the one that was asked for
    for (int n = 0; n < 3; ++n) test::run_to_end(watched.loop, watch.look());
    CHECK(watched.looks == first + 3);
    const auto reading = watch.newest(server);
    REQUIRE(reading.has_value());
    CHECK(reading->look.usage.memory_bytes > 0);
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}

TEST_CASE("Two who look at once, or one after the other within the pace, share a look") {
    Watched watched;
    StatsWatch::Pace pace;
    pace.first = Clock::duration::zero();
    pace.unwatched = pace.watched = std::chrono::hours(1);
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources(), pace);
    for (int n = 0; n < 5; ++n) test::run_to_end(watched.loop, watch.look());
    CHECK(watched.looks == 1);
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}

TEST_CASE("A run that began after the newest look is looked at at once, twice, for its CPU time") {
    Watched watched;
    StatsWatch::Pace pace;
    pace.unwatched = pace.watched = std::chrono::hours(1);
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources(), pace);
    test::run_to_end(watched.loop, watch.look());
    REQUIRE(watch.newest(server).has_value());
    CHECK(watch.newest(server)->cpu_percent.has_value());
    CHECK(watched.looks == 2);
    test::run_to_end(watched.loop, watch.look());
    CHECK(watched.looks == 2);
    watched.run = 2;
    test::run_to_end(watched.loop, watch.look());
    CHECK(watch.newest(server)->look.run == 2);
    CHECK(watch.newest(server)->cpu_percent.has_value());
    CHECK(watched.looks == 4);
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}

TEST_CASE("Nobody waits for a container of which the engine says nothing") {
    Watched watched;
    watched.engine_answers = false;
    StatsWatch::Pace pace;
    pace.unwatched = pace.watched = std::chrono::hours(1);
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources(), pace);
    for (int n = 0; n < 3; ++n) test::run_to_end(watched.loop, watch.look());
    CHECK(watched.looks == 2);  // for the CPU time of the other server
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}

TEST_CASE("The memory of a new run is looked at soon, that of the others rarely") {
    Watched watched;
    StatsWatch::Pace pace;
    pace.first = Clock::duration::zero();
    pace.watched = pace.new_memory = Clock::duration::zero();
    pace.memory = std::chrono::hours(1);
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources(), pace);
    const auto pages_looked_at = [&] {
        test::run_to_end(watched.loop, watch.look());
        return watch.newest(server)->look.usage.proportional_bytes.has_value();
    };
    CHECK(pages_looked_at());
    CHECK_FALSE(pages_looked_at());
    watched.run = 2;
    CHECK(pages_looked_at());
    CHECK_FALSE(pages_looked_at());
    CHECK(watch.newest(server)->proportional_bytes.has_value());
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}

TEST_CASE("While no server runs nobody is looked at") {
    Watched watched;
    watched.has_servers = false;
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources());
    watch.start();
    watched.loop.restart();
    watched.loop.poll();
    CHECK(watched.looks == 0);
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}

TEST_CASE("Of containers what went over their network is kept") {
    Watched watched;
    StatsWatch::Pace pace;
    pace.first = Clock::duration::zero();
    pace.watched = Clock::duration::zero();
    StatsWatch watch(watched.loop, watched.workers, watched.history, watched.sources(), pace);
    test::run_to_end(watched.loop, watch.look());
    test::run_to_end(watched.loop, watch.look());
    const auto reading = watch.newest(container);
    REQUIRE(reading.has_value());
    CHECK(reading->look.received_bytes == 15);
    CHECK_FALSE(watch.newest(server)->look.received_bytes.has_value());
    test::run_to_end(watched.loop, watch.close());
    test::run_to_end(watched.loop, watched.opened.store->close());
}
