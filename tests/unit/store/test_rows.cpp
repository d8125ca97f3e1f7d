#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::store;

namespace {

std::unique_ptr<Connection> fresh() {
    auto connection = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(0));
    connection->execute("PRAGMA foreign_keys = ON");
    migrate(*connection);
    REQUIRE_FALSE(connection->failure());
    return connection;
}

ServerRow row(const char* id, const char* name) {
    return {id, name, "{}", false, 10, 20, 0};
}

RunRecord numbered(std::uint64_t number) {
    RunRecord run;
    run.run = number;
    run.started_at = to_time(1000);
    return run;
}

void fill_with_events(Connection& connection, std::uint64_t first, std::uint64_t last) {
    for (auto sequence = first; sequence <= last; ++sequence) {
        Event event;
        event.sequence = sequence;
        event.at = to_time(static_cast<std::int64_t>(sequence));
        event.type = sequence % 2 == 0 ? "server:started" : "agent:started";
        event.server_id = sequence % 2 == 0 ? "srv_a" : "";
        add_event(connection, event);
    }
    REQUIRE_FALSE(connection.failure());
}

}  // namespace

TEST_CASE(
    "A new database gets every table and the newest schema number, and migrating again changes nothing") {
    const auto connection = fresh();
    CHECK(connection->number("PRAGMA user_version") == schema_version());
    migrate(*connection);
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Replacing a server's definition keeps its runs, its manifest and its last run number") {
    const auto connection = fresh();
    CHECK(save_server_row(*connection, row("srv_a", "web")).has_value());
    CHECK(save_run(*connection, "srv_a", numbered(7), 1000).has_value());
    CHECK(save_manifest(*connection, "srv_a", Manifest{}).has_value());
    CHECK(save_server_row(*connection, row("srv_a", "renamed")).has_value());
    CHECK(load_runs(*connection, "srv_a", 10).size() == 1);
    CHECK(load_manifests(*connection).size() == 1);
    const auto rows = load_server_rows(*connection);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].name == "renamed");
    CHECK(rows[0].last_run == 7);
}

TEST_CASE("A removed server takes its runs and its manifest with it") {
    const auto connection = fresh();
    (void)save_server_row(*connection, row("srv_a", "web"));
    (void)save_run(*connection, "srv_a", numbered(1), 1000);
    (void)save_manifest(*connection, "srv_a", Manifest{});
    CHECK(remove_server(*connection, "srv_a").has_value());
    CHECK(connection->number("SELECT count(*) FROM runs") == 0);
    CHECK(connection->number("SELECT count(*) FROM manifests") == 0);
}

TEST_CASE("What is stored for a server that is not there is refused, and the connection goes on working") {
    const auto connection = fresh();
    CHECK(save_desired(*connection, "srv_x", Desired::up).error().code == ErrorCode::server_not_found);
    CHECK(save_run(*connection, "srv_x", numbered(1), 1000).error().code == ErrorCode::server_not_found);
    CHECK(save_manifest(*connection, "srv_x", Manifest{}).error().code == ErrorCode::server_not_found);
    CHECK(remove_server(*connection, "srv_x").error().code == ErrorCode::server_not_found);
    CHECK_FALSE(connection->failure());
    CHECK(save_server_row(*connection, row("srv_x", "web")).has_value());
}

TEST_CASE("Two servers can't have one name") {
    const auto connection = fresh();
    CHECK(save_server_row(*connection, row("srv_a", "web")).has_value());
    const auto second = save_server_row(*connection, row("srv_b", "web"));
    REQUIRE(second.has_error());
    CHECK(second.error().code == ErrorCode::conflict);
    CHECK_FALSE(connection->failure());
    CHECK(load_server_rows(*connection).size() == 1);
}

TEST_CASE("A run is read back with every fact, and its absent facts stay absent") {
    const auto connection = fresh();
    (void)save_server_row(*connection, row("srv_a", "web"));
    RunRecord run = numbered(2);
    run.pid = 42;
    run.ready_at = to_time(1500);
    run.exit = Exit{std::nullopt, 9, true, to_time(2000)};
    run.stage = StartStage::ready;
    run.reason = Ending::crashed;
    run.command = "node index.js";
    CHECK(save_run(*connection, "srv_a", run, 1000).has_value());
    CHECK(save_run(*connection, "srv_a", numbered(1), 1000).has_value());
    const auto runs = load_runs(*connection, "srv_a", 10);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].run == 2);
    CHECK(runs[0].pid == 42);
    CHECK(runs[0].ready_at == to_time(1500));
    CHECK(runs[0].exit == run.exit);
    CHECK(runs[0].command == "node index.js");
    CHECK_FALSE(runs[1].exit);
    CHECK_FALSE(runs[1].pid);
    CHECK(load_runs(*connection, "srv_a", 1).size() == 1);
}

TEST_CASE("Only the newest runs of a server are kept") {
    const auto connection = fresh();
    (void)save_server_row(*connection, row("srv_a", "web"));
    for (std::uint64_t number = 1; number <= 12; ++number)
        (void)save_run(*connection, "srv_a", numbered(number), 5);
    const auto runs = load_runs(*connection, "srv_a", 100);
    REQUIRE(runs.size() == 5);
    CHECK(runs.front().run == 12);
    CHECK(runs.back().run == 8);
}

TEST_CASE("Runs that began 400 days before the newest go, the newest stays however old it is") {
    const auto connection = fresh();
    (void)save_server_row(*connection, row("srv_a", "web"));
    (void)save_server_row(*connection, row("srv_b", "other"));
    (void)save_run(*connection, "srv_b", numbered(1), 1000);
    for (std::uint64_t number = 1; number <= 3; ++number)
        (void)save_run(*connection, "srv_a", numbered(number), 1000);
    RunRecord late = numbered(4);
    late.started_at += std::chrono::hours(24 * 399);
    (void)save_run(*connection, "srv_a", late, 1000);
    CHECK(load_runs(*connection, "srv_a", 100).size() == 4);
    late.run = 5;
    late.started_at += std::chrono::hours(48);
    (void)save_run(*connection, "srv_a", late, 1000);
    CHECK(load_runs(*connection, "srv_a", 100).size() == 2);
    CHECK(load_runs(*connection, "srv_b", 100).size() == 1);
}

TEST_CASE("Events are found by number, time, server and the beginning of their type, from either end") {
    const auto connection = fresh();
    fill_with_events(*connection, 1, 10);
    EventQuery query;
    query.after_sequence = 4;
    CHECK(load_events(*connection, query).front().sequence == 5);
    query.newest_first = true;
    query.limit = 2;
    CHECK(load_events(*connection, query).front().sequence == 10);
    CHECK(load_events(*connection, query).size() == 2);
    query = {};
    query.server_id = "srv_a";
    CHECK(load_events(*connection, query).size() == 5);
    query = {};
    query.type_prefix = "agent:";
    CHECK(load_events(*connection, query).size() == 5);
    query.type_prefix = "agent_";  // a character that LIKE would read as any
    CHECK(load_events(*connection, query).empty());
    query = {};
    query.since = to_time(9);
    CHECK(load_events(*connection, query).size() == 2);
}

TEST_CASE("Old events go in lumps, and the newest are kept") {
    const auto connection = fresh();
    fill_with_events(*connection, 1, 1005);
    trim_events(*connection, 1000);
    CHECK(connection->number("SELECT count(*) FROM events") == 1005);
    fill_with_events(*connection, 1006, 1010);
    trim_events(*connection, 1000);
    CHECK(connection->number("SELECT count(*) FROM events") == 1000);
    CHECK(connection->number("SELECT min(sequence) FROM events") == 11);
}

TEST_CASE("Events that are 400 days older than the newest go, some at a time") {
    const auto connection = fresh();
    fill_with_events(*connection, 1, 2500);
    Event event;
    event.sequence = 2501;
    event.type = "agent:started";
    event.at = to_time(0) + std::chrono::hours(24 * 399);
    add_event(*connection, event);
    trim_events(*connection, 100'000);
    CHECK(connection->number("SELECT count(*) FROM events") == 2501);
    event.sequence = 2502;
    event.at += std::chrono::hours(48);
    add_event(*connection, event);
    trim_events(*connection, 100'000);
    CHECK(connection->number("SELECT count(*) FROM events") == 502);
    trim_events(*connection, 100'000);
    CHECK(connection->number("SELECT count(*) FROM events") == 2);
}

TEST_CASE("After a failure statements do nothing until it is taken") {
    const auto connection = fresh();
    connection->execute("THIS IS NOT SQL");
    REQUIRE(connection->failure());
    (void)save_server_row(*connection, row("srv_a", "web"));
    CHECK(connection->take_failure()->trouble() == Trouble::rejected);
    CHECK(load_server_rows(*connection).empty());
}

TEST_CASE("Text with NUL bytes and invalid UTF-8 comes back as it went in") {
    const auto connection = fresh();
    Event event;
    event.sequence = 1;
    event.message = std::string("a\0b\xff", 4);
    add_event(*connection, event);
    CHECK(load_events(*connection, {}).at(0).message == event.message);
}

TEST_CASE("Health checks are kept as they are, by the minute and by the hour") {
    const auto connection = fresh();
    REQUIRE(save_server_row(*connection, row("srv_a", "a")));
    constexpr std::int64_t hour = 3'600'000;
    const auto check = [&](std::int64_t at, bool good) {
        const std::chrono::microseconds time(good ? 1000 : 0);
        REQUIRE(add_health(*connection, "srv_a", {to_time(at), 1, good ? 0U : 1U, time, time}));
    };
    check(1000 * hour, true);
    check(1000 * hour + 59'999, false);
    check(1000 * hour + 60'000, true);
    const auto since = to_time(0);
    CHECK(load_health(*connection, "srv_a", HealthStep::check, since).size() == 3);
    const auto minutes = load_health(*connection, "srv_a", HealthStep::minute, since);
    REQUIRE(minutes.size() == 2);
    CHECK(minutes[0].checks == 2);
    CHECK(minutes[0].failed == 1);
    CHECK(minutes[0].total == std::chrono::microseconds(1000));
    CHECK(minutes[1].at == to_time(1000 * hour + 60'000));
    const auto hours = load_health(*connection, "srv_a", HealthStep::hour, since);
    REQUIRE(hours.size() == 1);
    CHECK(hours[0].checks == 3);
    CHECK(hours[0].most == std::chrono::microseconds(1000));
    const auto days = load_health(*connection, "srv_a", HealthStep::day, since);
    REQUIRE(days.size() == 1);
    CHECK(days[0].failed == 1);
    CHECK_FALSE(connection->failure());
}

TEST_CASE("A minute and an hour are one row each of those that are kept, however many checks they had") {
    const auto connection = fresh();
    REQUIRE(save_server_row(*connection, row("srv_a", "a")));
    constexpr std::int64_t hour = 3'600'000;
    const auto check = [&](std::int64_t at) {
        REQUIRE(add_health(*connection, "srv_a", {to_time(at), 1, 0, {}, {}}));
    };
    for (std::int64_t at = 0; at < 100 * hour; at += hour / 10) check(1000 * hour + at);
    CHECK(load_health(*connection, "srv_a", HealthStep::hour, to_time(0)).size() == 100);
    CHECK(load_health(*connection, "srv_a", HealthStep::minute, to_time(0)).size() == 1000);
    CHECK_FALSE(connection->failure());
}

TEST_CASE(
    "Health checks are kept by their number, and in the order in which they were made, whatever the clock "
    "says") {
    const auto connection = fresh();
    REQUIRE(save_server_row(*connection, row("srv_a", "a")));
    constexpr std::int64_t hour = 3'600'000;
    const auto check = [&](std::int64_t at) {
        REQUIRE(add_health(*connection, "srv_a", {to_time(at), 1, 0, {}, {}}));
    };
    const auto newest = [&](HealthStep step) {
        return load_health(*connection, "srv_a", step, to_time(0)).back().at;
    };
    check(1000 * hour);
    check(9000 * hour);  // the clock was set forward by a year,
    check(1001 * hour);  // and back
    for (const auto step : {HealthStep::check, HealthStep::minute, HealthStep::hour}) {
        CHECK(load_health(*connection, "srv_a", step, to_time(0)).size() == 3);
        CHECK(newest(step) == to_time(1001 * hour));
    }
    // More than are kept of the hours: the oldest went, though its time is the latest.
    for (std::int64_t at = 0; at < 31 * 24 - 1; ++at) check((1002 + at) * hour);
    const auto hours = load_health(*connection, "srv_a", HealthStep::hour, to_time(0));
    CHECK(hours.size() == 31 * 24);
    CHECK(hours.front().at == to_time(1001 * hour));
    CHECK_FALSE(connection->failure());
}

TEST_CASE("A health check that is stored twice counts once") {
    const auto connection = fresh();
    REQUIRE(save_server_row(*connection, row("srv_a", "a")));
    for (int time = 0; time < 2; ++time)
        REQUIRE(add_health(*connection, "srv_a", {to_time(3'600'000), 1, 0, {}, {}}));
    const auto hours = load_health(*connection, "srv_a", HealthStep::hour, to_time(0));
    REQUIRE(hours.size() == 1);
    CHECK(hours[0].checks == 1);
    CHECK_FALSE(connection->failure());
}

TEST_CASE("A health check of a server that is gone is refused, and goes with the server") {
    const auto connection = fresh();
    CHECK(add_health(*connection, "srv_x", {to_time(1), 1, 0, {}, {}}).error().code ==
          ErrorCode::server_not_found);
    REQUIRE(save_server_row(*connection, row("srv_a", "a")));
    REQUIRE(add_health(*connection, "srv_a", {to_time(1), 1, 0, {}, {}}));
    REQUIRE(remove_server(*connection, "srv_a"));
    CHECK(load_health(*connection, "srv_a", HealthStep::check, to_time(0)).empty());
    CHECK_FALSE(connection->failure());
}
