#include "agent/store/history_rows.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::store;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t minute = 60'000;

std::unique_ptr<Connection> with_server() {
    auto connection = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(0));
    connection->execute("PRAGMA foreign_keys = ON");
    migrate(*connection);
    REQUIRE(save_server_row(*connection, {"srv_a", "web", "{}", false, 10, 20, 0}).has_value());
    return connection;
}

StatsPoint look_at(std::int64_t milliseconds) {
    StatsPoint look;
    look.at = to_time(milliseconds);
    look.span = 1s;
    look.cpu = 100ms;
    look.memory = look.memory_most = 1000;
    look.memory_least = 1000;
    look.processes = 1;
    look.calls = 2;
    return look;
}

}  // namespace

TEST_CASE("Looks are summed up by minute and hour, and what is unknown stays unknown") {
    const auto connection = with_server();
    const std::int64_t begun = 3'600'000 * 10;
    auto first = look_at(begun);
    first.read_bytes = 5;
    add_stats(*connection, "srv_a", first, 100);
    auto second = look_at(begun + 1000);
    second.memory = second.memory_most = 3000;
    second.memory_least = 3000;
    second.cpu_least = second.cpu_most = 250;
    add_stats(*connection, "srv_a", second, 100);
    auto third = look_at(begun + 2000);
    third.cpu_least = third.cpu_most = 1250;
    add_stats(*connection, "srv_a", third, 100);
    add_stats(*connection, "srv_a", look_at(begun + minute), 100);
    REQUIRE_FALSE(connection->failure());
    CHECK(load_stats(*connection, "srv_a", StatsStep::look, to_time(0)).size() == 4);
    const auto minutes = load_stats(*connection, "srv_a", StatsStep::minute, to_time(0));
    REQUIRE(minutes.size() == 2);
    CHECK(minutes[0].looks == 3);
    CHECK(minutes[0].memory == 5000);
    CHECK(minutes[0].memory_most == 3000);
    CHECK(minutes[0].memory_least == 1000);
    CHECK(minutes[0].cpu_least == 250);
    CHECK(minutes[0].cpu_most == 1250);
    CHECK_FALSE(minutes[1].cpu_least);
    CHECK(minutes[0].cpu == 300ms);
    CHECK(minutes[0].calls == 6);
    CHECK(minutes[0].read_bytes == 5);
    CHECK_FALSE(minutes[0].written_bytes);
    CHECK(load_stats(*connection, "srv_a", StatsStep::hour, to_time(0)).size() == 1);
}

TEST_CASE("The least of a row that was begun before it was kept stays unknown") {
    const auto connection = with_server();
    auto before = look_at(0);
    before.memory_least.reset();
    add_stats(*connection, "srv_a", before, 100);
    add_stats(*connection, "srv_a", look_at(1000), 100);
    const auto minutes = load_stats(*connection, "srv_a", StatsStep::minute, to_time(0));
    REQUIRE(minutes.size() == 1);
    CHECK_FALSE(minutes[0].memory_least);
    CHECK(load_stats(*connection, "srv_a", StatsStep::look, to_time(0)).back().memory_least == 1000);
}

TEST_CASE("What is older than its step is kept goes, and a removed server takes its own along") {
    const auto connection = with_server();
    for (int n = 0; n < 90; ++n) add_stats(*connection, "srv_a", look_at(n * minute), 100);
    CHECK(load_stats(*connection, "srv_a", StatsStep::look, to_time(0)).size() == 61);
    CHECK(load_stats(*connection, "srv_a", StatsStep::minute, to_time(0)).size() == 90);
    REQUIRE(remove_server(*connection, "srv_a").has_value());
    CHECK(load_stats(*connection, "srv_a", StatsStep::minute, to_time(0)).empty());
    add_stats(*connection, "srv_a", look_at(0), 100);
    CHECK_FALSE(connection->failure());
    CHECK(connection->number("SELECT count(*) FROM stats") == 0);
}

TEST_CASE("A clock that jumped takes away no more than a bounded part at once") {
    const auto connection = with_server();
    for (int n = 0; n < 50; ++n) add_stats(*connection, "srv_a", look_at(n * 1000), 10);
    add_stats(*connection, "srv_a", look_at(std::int64_t{3'600'000} * 24 * 3650), 10);
    CHECK(load_stats(*connection, "srv_a", StatsStep::look, to_time(0)).size() == 41);
}

TEST_CASE("Use of features is summed by day, with a bound of subjects") {
    const auto connection = with_server();
    HistoryLimits limits;
    limits.feature_subjects = 3;
    for (int n = 0; n < 10; ++n)
        add_feature(*connection, {100, "page_view", "/page" + std::to_string(n), 1, 2}, limits);
    add_feature(*connection, {100, "page_view", "/page0", 1, 2}, limits);
    const auto uses = load_features(*connection, 0);
    REQUIRE(uses.size() == 4);
    std::uint64_t sum = 0;
    for (const auto& use : uses) sum += use.count;
    CHECK(sum == 11);
    trim_features(*connection, 100 + limits.feature_days + 1, limits);
    CHECK(load_features(*connection, 0).empty());
}
