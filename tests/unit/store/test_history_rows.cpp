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
    look.processes = 1;
    look.calls = 2;
    return look;
}

CallRow call_at(std::int64_t milliseconds) {
    CallRow call;
    call.at = to_time(milliseconds);
    call.server_id = "srv_a";
    call.tool = "echo";
    return call;
}

std::vector<CallRow> all_calls(Connection& connection) {
    std::vector<CallRow> calls;
    each_call(connection, to_time(0), [&](const CallRow& call) { calls.push_back(call); });
    return calls;
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
    add_stats(*connection, "srv_a", second, 100);
    add_stats(*connection, "srv_a", look_at(begun + minute), 100);
    REQUIRE_FALSE(connection->failure());
    CHECK(load_stats(*connection, "srv_a", StatsStep::look, to_time(0)).size() == 3);
    const auto minutes = load_stats(*connection, "srv_a", StatsStep::minute, to_time(0));
    REQUIRE(minutes.size() == 2);
    CHECK(minutes[0].looks == 2);
    CHECK(minutes[0].memory == 4000);
    CHECK(minutes[0].memory_most == 3000);
    CHECK(minutes[0].cpu == 200ms);
    CHECK(minutes[0].calls == 4);
    CHECK(minutes[0].read_bytes == 5);
    CHECK_FALSE(minutes[0].written_bytes);
    CHECK(load_stats(*connection, "srv_a", StatsStep::hour, to_time(0)).size() == 1);
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

TEST_CASE("Calls come back in the order they were made, whatever the clock said") {
    const auto connection = with_server();
    for (const std::int64_t at : {5000, 1000, 9000}) add_call(*connection, call_at(at));
    const auto calls = all_calls(*connection);
    REQUIRE(calls.size() == 3);
    CHECK(calls[0].at == to_time(5000));
    CHECK(calls[1].at == to_time(1000));
    CHECK(calls[0].sequence < calls[1].sequence);
}

TEST_CASE("Calls that are stored together are those that came, in their order, with the arguments of each") {
    const auto connection = with_server();
    std::vector<CallRow> calls;
    for (int n = 0; n < 60; ++n) {
        calls.push_back(call_at(1000 + n));
        calls.back().tool = "tool" + std::to_string(n);
        if (n == 30) calls.back().arguments = R"({"of":30})";
    }
    add_calls(*connection, calls);
    add_calls(*connection, {});
    const auto stored = newest_calls(*connection, {}, 100);
    REQUIRE(stored.size() == 60);
    for (std::size_t n = 0; n < stored.size(); ++n) {
        CHECK(stored[59 - n].tool == calls[n].tool);
        CHECK(stored[59 - n].arguments == calls[n].arguments);
        CHECK(stored[59 - n].sequence == n + 1);
    }
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Calls are bounded in number and age, some at a time, the oldest first") {
    const auto connection = with_server();
    HistoryLimits limits;
    limits.calls = 10;
    limits.trimmed_at_once = 5;
    for (int n = 0; n < 20; ++n) add_call(*connection, call_at(1000 + n));
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
    for (int n = 0; n < 5; ++n) add_call(*connection, call_at(1000 + n));
    const auto first = load_unsent(*connection, 3);
    REQUIRE(first.size() == 3);
    save_meta(*connection, sent_key, std::to_string(first.back().sequence));
    const auto rest = load_unsent(*connection, 3);
    REQUIRE(rest.size() == 2);
    CHECK(rest.front().at == to_time(1003));
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

TEST_CASE("Calls are found one by one, the newest first, with what they were called with") {
    const auto connection = with_server();
    auto call = call_at(1000);
    call.run = 4;
    call.trace = "0af7651916cd43dd8448eb211c80319c";
    call.arguments = R"({"path":"/tmp"})";
    add_call(*connection, call);
    add_call(*connection, call_at(2000));
    call = call_at(3000);
    call.server_id = "srv_b";
    call.tool = "other";
    add_call(*connection, call);
    auto found = newest_calls(*connection, {}, 10);
    REQUIRE(found.size() == 3);
    CHECK(found.front().tool == "other");
    CHECK(found.back().run == 4);
    CHECK(found.back().arguments == R"({"path":"/tmp"})");
    CHECK(found[1].arguments.empty());
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
        call.arguments = std::to_string(n);
        add_call(*connection, call);
    }
    trim_calls(*connection, to_time(2000), limits);
    auto found = newest_calls(*connection, {}, 10);
    REQUIRE(found.size() == 6);
    CHECK(found[2].arguments == "3");
    CHECK(found[3].arguments.empty());
    limits.calls = 2;
    trim_calls(*connection, to_time(2000), limits);
    trim_calls(*connection, to_time(2000), limits);
    CHECK(connection->number("SELECT count(*) FROM call_arguments") == 2);
}
