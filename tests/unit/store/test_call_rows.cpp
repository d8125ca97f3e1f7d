#include "agent/store/call_rows.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using namespace mcpm::store;

namespace {

std::unique_ptr<Connection> with_server() {
    auto connection = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(0));
    connection->execute("PRAGMA foreign_keys = ON");
    migrate(*connection);
    return connection;
}

CallRow call_at(std::int64_t milliseconds, const std::string& server = "srv_a",
                const std::string& tool = "echo") {
    CallRow call;
    call.at = to_time(milliseconds);
    call.names = std::make_shared<const CallNames>(CallNames{server, "web", tool, "claude", "uid:1000"});
    return call;
}

std::vector<CallRow> all_calls(Connection& connection) {
    std::vector<CallRow> calls;
    each_call(connection, to_time(0), [&](const CallRow& call) { calls.push_back(call); });
    return calls;
}

std::shared_ptr<const CallExtras> with_arguments(std::string arguments) {
    CallExtras extras;
    extras.arguments = std::move(arguments);
    return std::make_shared<const CallExtras>(std::move(extras));
}

std::int64_t stored_names(Connection& connection) {
    return connection.number("SELECT count(*) FROM call_names");
}

}  // namespace

TEST_CASE("Calls come back in the order they were made, whatever the clock said") {
    const auto connection = with_server();
    for (const std::int64_t at : {5000, 1000, 9000}) add_calls(*connection, {call_at(at)});
    const auto calls = all_calls(*connection);
    REQUIRE(calls.size() == 3);
    CHECK(calls[0].at == to_time(5000));
    CHECK(calls[1].at == to_time(1000));
    CHECK(calls[0].sequence < calls[1].sequence);
}

TEST_CASE(
    "Calls that are stored together are those that came, in their order, with the arguments and the trace of "
    "each") {
    const auto connection = with_server();
    std::vector<CallRow> calls;
    const std::size_t count = 160;
    for (std::size_t n = 0; n < count; ++n) {
        calls.push_back(
            call_at(1000 + static_cast<std::int64_t>(n), "srv_a", "tool" + std::to_string(n % 70)));
        if (n == 120)
            calls.back().extras = std::make_shared<const CallExtras>(CallExtras{7, "0af7651916cd43dd", {}});
        if (n == 30) calls.back().extras = with_arguments(R"({"of":30})");
    }
    add_calls(*connection, calls);
    add_calls(*connection, {});
    const auto stored = newest_calls(*connection, {}, 1000);
    REQUIRE(stored.size() == count);
    for (std::size_t n = 0; n < count; ++n) {
        const CallRow& found = stored[count - 1 - n];
        CHECK(found.named().tool == calls[n].named().tool);
        CHECK(found.more().arguments == calls[n].more().arguments);
        CHECK(found.more().trace == calls[n].more().trace);
        CHECK(found.more().run == calls[n].more().run);
        CHECK(found.sequence == n + 1);
    }
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Calls are bounded in number and age, some at a time, the oldest first") {
    const auto connection = with_server();
    HistoryLimits limits;
    limits.calls = 10;
    limits.trimmed_at_once = 5;
    for (int n = 0; n < 20; ++n) add_calls(*connection, {call_at(1000 + n)});
    trim_calls(*connection, to_time(2000), limits);
    CHECK(all_calls(*connection).size() == 15);
    trim_calls(*connection, to_time(2000), limits);
    trim_calls(*connection, to_time(2000), limits);
    REQUIRE(all_calls(*connection).size() == 10);
    CHECK(all_calls(*connection).front().at == to_time(1010));
    trim_calls(*connection, to_time(2000) + limits.call_age, limits);
    CHECK(all_calls(*connection).size() == 5);
}

TEST_CASE("Calls that were sent on are not sent again") {
    const auto connection = with_server();
    for (int n = 0; n < 5; ++n) add_calls(*connection, {call_at(1000 + n)});
    const auto first = load_unsent(*connection, 3);
    REQUIRE(first.size() == 3);
    save_meta(*connection, sent_key, std::to_string(first.back().sequence));
    const auto rest = load_unsent(*connection, 3);
    REQUIRE(rest.size() == 2);
    CHECK(rest.front().at == to_time(1003));
}

TEST_CASE("Calls are found one by one, the newest first, with what they were called with") {
    const auto connection = with_server();
    auto call = call_at(1000);
    call.extras = std::make_shared<const CallExtras>(
        CallExtras{4, "0af7651916cd43dd8448eb211c80319c", R"({"path":"/tmp"})"});
    add_calls(*connection, {call});
    add_calls(*connection, {call_at(2000)});
    call = call_at(3000, "srv_b", "other");
    add_calls(*connection, {call});
    auto found = newest_calls(*connection, {}, 10);
    REQUIRE(found.size() == 3);
    CHECK(found.front().named().tool == "other");
    CHECK(found.back().more().run == 4);
    CHECK(found.back().more().arguments == R"({"path":"/tmp"})");
    CHECK(found[1].more().arguments.empty());
    CHECK(newest_calls(*connection, {}, 1).size() == 1);
    CHECK(newest_calls(*connection, {to_time(2000), {}, {}, {}}, 10).size() == 2);
    CHECK(newest_calls(*connection, {{}, "srv_b", {}, {}}, 10).size() == 1);
    CHECK(newest_calls(*connection, {{}, {}, "echo", {}}, 10).size() == 2);
    found = newest_calls(*connection, {{}, {}, {}, "0af7651916cd43dd8448eb211c80319c"}, 10);
    REQUIRE(found.size() == 1);
    CHECK(found.front().at == to_time(1000));
}

TEST_CASE("Arguments have a bound of their own and go with their calls") {
    const auto connection = with_server();
    HistoryLimits limits;
    limits.call_arguments = 3;
    for (int n = 0; n < 6; ++n) {
        auto call = call_at(1000 + n);
        call.extras = with_arguments(std::to_string(n));
        add_calls(*connection, {call});
    }
    trim_calls(*connection, to_time(2000), limits);
    auto found = newest_calls(*connection, {}, 10);
    REQUIRE(found.size() == 6);
    CHECK(found[2].more().arguments == "3");
    CHECK(found[3].more().arguments.empty());
    limits.calls = 2;
    trim_calls(*connection, to_time(2000), limits);
    trim_calls(*connection, to_time(2000), limits);
    CHECK(connection->number("SELECT count(*) FROM call_arguments") == 2);
}

TEST_CASE("What calls have in common is stored once, and each gets it back") {
    const auto connection = with_server();
    add_calls(*connection, {call_at(1000), call_at(1001), call_at(1002, "srv_b")});
    add_calls(*connection, {call_at(2000), CallRow{}});
    CHECK(stored_names(*connection) == 3);
    const auto calls = all_calls(*connection);
    REQUIRE(calls.size() == 5);
    CHECK(calls[0].names == calls[3].names);
    CHECK(calls[2].named().server_id == "srv_b");
    CHECK(calls[3].named().server == "web");
    CHECK(calls[3].named().client == "claude");
    CHECK(calls[3].named().principal == "uid:1000");
    CHECK(calls[4].named().tool.empty());
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Names go with the last call that has them, some at a time") {
    const auto connection = with_server();
    HistoryLimits limits;
    limits.calls = 5;
    limits.trimmed_at_once = 10;
    add_calls(*connection, {call_at(0)});
    for (int n = 1; n < 20; ++n) add_calls(*connection, {call_at(n, "srv_a", "tool" + std::to_string(n))});
    add_calls(*connection, {call_at(20)});
    CHECK(stored_names(*connection) == 20);
    trim_calls(*connection, to_time(100), limits);
    trim_calls(*connection, to_time(100), limits);
    CHECK(all_calls(*connection).size() == 5);
    trim_calls(*connection, to_time(100), limits);
    trim_calls(*connection, to_time(100), limits);
    CHECK(stored_names(*connection) == 5);  // the first one's are the last one's too
    for (const auto& call : all_calls(*connection)) CHECK_FALSE(call.named().tool.empty());
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Calls keep their order over a new schema, though the newest are gone") {
    auto connection = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(0));
    migrate(*connection, 12);
    connection->execute(
        "INSERT INTO calls (at, server_id, server, tool, client, principal, outcome, duration_us, bytes_in, "
        "bytes_out, run, trace) VALUES (1000, 'srv_a', 'web', 'echo', 'c', 'uid:1000', 2, 900, 10, 20, 3, "
        "'t'), "
        "(1001, 'srv_a', 'web', 'echo', 'c', 'uid:1000', 0, 901, 11, 21, 0, ''), (1002, 'srv_b', 'web', "
        "'echo', "
        "'c', 'uid:1000', 0, 902, 12, 22, 0, ''); DELETE FROM calls WHERE sequence = 3");
    migrate(*connection);
    REQUIRE_FALSE(connection->failure());
    add_calls(*connection, {call_at(2000)});
    const auto calls = newest_calls(*connection, {}, 10);
    REQUIRE(calls.size() == 3);
    CHECK(calls[0].sequence == 4);  // 3 was sent on, perhaps
    CHECK(calls[1].sequence == 2);
    CHECK(calls[2].sequence == 1);
    CHECK(calls[2].named().client == "c");
    CHECK(calls[2].named().server_id == "srv_a");
    CHECK(calls[2].outcome == CallOutcome::failed);
    CHECK(calls[2].duration.count() == 900);
    CHECK(calls[2].bytes_in == 10);
    CHECK(calls[2].bytes_out == 20);
    CHECK(calls[2].more().run == 3);
    CHECK(calls[2].more().trace == "t");
    CHECK(stored_names(*connection) == 2);  // of those that were stored, and of the new one
}
