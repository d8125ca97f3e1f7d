// A month of fifty servers at default intervals, as it lies in the file: each look and check that is still
// kept then, and every table at its bound.
#include "agent/store/call_rows.hpp"
#include "agent/store/history_rows.hpp"
#include "agent/store/rows.hpp"
#include "tests/integration/store/fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

using namespace mcpm;
using namespace mcpm::store;
using namespace std::chrono_literals;

namespace {

// With a sanitizer a row costs ten to a hundred times as much, and what one looks for, a tenth of the rows
// shows too: there each bound is a tenth. The whole month is written by the builds without one.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int share = 10;
#else
constexpr int share = 1;
#endif
constexpr int servers = 50 / share;
const Timestamp end{std::chrono::hours(24 * 20'500)};

std::string id_of(int server) {
    return "srv_" + std::string(10, 'a') + std::to_string(10 + server);
}

/// What is looked at every `step` within the last `length`: what was before is summed up by then.
template <typename Take>
void each(std::chrono::milliseconds length, std::chrono::milliseconds step, const Take& take,
          std::chrono::milliseconds before_end = 0ms) {
    for (Timestamp at = end - length; at < end - before_end; at += step) take(at);
}

void add_looks(Connection& connection, const std::string& id) {
    const auto look = [&](Timestamp at) {
        StatsPoint point;
        point.at = at;
        point.span = 60s;
        point.cpu = 1'234'567us;
        point.memory = point.memory_most = 123'456'789;
        point.memory_least = 123'456'789;
        point.cpu_least = point.cpu_most = 1'234;
        point.proportional = 98'765'432;
        point.processes = 3;
        point.descriptors = 42;
        point.read_bytes = point.written_bytes = 1'234'567;
        point.calls = 12;
        add_stats(connection, id, point, 2'000);
    };
    each(30 * 24h, 1h, look);
    each(25h, 1min, look);
    each(1h, 10s, look);  // somebody looked on for a while
}

void add_checks(Connection& connection, const std::string& id) {
    const auto check = [&](Timestamp at) {
        HealthPoint point;
        point.at = at;
        point.checks = 1;
        point.total = point.most = 1'234us;
        REQUIRE(add_health(connection, id, point).has_value());
    };
    each(31 * 24h, 1h, check, 61h);
    each(61h, 30s, check);  // the newest 7,200 checks are kept, whatever their times
}

void add_runs(Connection& connection, const std::string& id) {
    for (std::uint64_t number = 1; number <= 1000; ++number) {
        RunRecord run;
        run.run = number;
        run.started_at = end;
        run.command = "/usr/bin/node /home/somebody/.local/share/mcpm/packages/index.js --flag";
        REQUIRE(save_run(connection, id, run, 1000).has_value());
    }
}

void add_events_and_calls(Connection& connection) {
    for (std::uint64_t sequence = 1; sequence <= 100'000 / share; ++sequence) {
        Event event;
        event.sequence = sequence;
        event.at = end;
        event.type = "server:status";
        event.server_id = id_of(static_cast<int>(sequence % servers));
        event.server_name = "a-server-with-a-name";
        event.actor = "uid:1000 (mcpm, pid 12345)";
        event.message = "\"a-server-with-a-name\" is running";
        event.detail = R"({"status":"running","from":"starting"})";
        add_event(connection, event);
    }
    CallRow call;
    call.at = end;
    CallNames names;
    names.server = "a-server-with-a-name";
    names.tool = "a_tool_with_a_usual_name";
    names.client = "claude-code";
    names.principal = "token:laptop";
    call.duration = 12'345us;
    call.bytes_in = 345;
    call.bytes_out = 12'345;
    CallExtras extras;
    extras.run = 12;
    extras.trace = "0af7651916cd43dd8448eb211c80319c";
    constexpr std::size_t longest_arguments = 2000;  // CallRecorder::longest_arguments
    for (std::uint64_t number = 0; number < HistoryLimits{}.calls / share; ++number) {
        names.server_id = id_of(static_cast<int>(number % servers));
        call.names = std::make_shared<const CallNames>(names);
        if (number == (HistoryLimits{}.calls - HistoryLimits{}.call_arguments) / share)
            extras.arguments.assign(longest_arguments, 'a');
        call.extras = std::make_shared<const CallExtras>(extras);
        add_calls(connection, {call});
    }
}

}  // namespace

TEST_CASE("A month of fifty servers stays under 200 MB, with every table at its bound") {
    Loop loop;
    test::Folder folder;
    {
        auto opened = test::must_open(loop, folder.database());
        for (int server = 0; server < servers; ++server)
            REQUIRE(test::run_to_end(loop, opened.store->save_server(test::server(
                                               id_of(server), "server" + std::to_string(server))))
                        .has_value());
        test::run_to_end(loop, opened.store->close());
    }
    auto connection = Connection::open(folder.database(), Connection::Mode::read_write, 1s);
    connection->execute("PRAGMA synchronous = OFF");
    connection->execute("BEGIN");
    for (int server = 0; server < servers; ++server) {
        add_looks(*connection, id_of(server));
        add_checks(*connection, id_of(server));
        add_runs(*connection, id_of(server));
    }
    add_events_and_calls(*connection);
    connection->execute("COMMIT");
    REQUIRE_FALSE(connection->failure());
    CHECK(connection->number("SELECT count(*) FROM stats") < std::int64_t{servers} * 2'700);
    CHECK(connection->number("SELECT count(*) FROM health") <=
          std::int64_t{servers} * (7'200 + 48 * 60 + 31 * 24 + 92));
    const auto pages = connection->number("PRAGMA page_count") * connection->number("PRAGMA page_size");
    MESSAGE("bytes: ", pages);
    CHECK(pages < 200'000'000 / share);
}
