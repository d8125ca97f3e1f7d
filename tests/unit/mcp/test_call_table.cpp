#include "agent/mcp/call_table.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>

using namespace mcpm::mcp;

namespace {

using Table = CallTable<int>;

Table::Call call(int payload, bool has_token = false) {
    Table::Call made;
    made.payload = payload;
    made.has_token = has_token;
    return made;
}

}  // namespace

TEST_CASE("An id that comes back as a string is ours all the same") {
    CHECK(parse_own_id("7") == 7);
    CHECK(parse_own_id("\"7\"") == 7);
    for (const std::string_view text : {"", "\"\"", "\"", "\"7", "\"7.0\"", "\"x\"", "7.0", "-7"})
        CHECK_FALSE(parse_own_id(text));
}

TEST_CASE("An answer reaches exactly the call that was asked") {
    Table table;
    const auto first = table.open(call(10));
    const auto second = table.open(call(20));
    CHECK(first != second);
    const auto answer = table.answer(std::to_string(second));
    REQUIRE(answer.call);
    CHECK(answer.call->payload == 20);
    CHECK(table.size() == 1);
}

TEST_CASE("Late, double and foreign answers are told apart and counted") {
    Table table(100);
    CHECK(table.answer("99").match == Match::late);
    CHECK(table.answer("100").match == Match::unknown);
    const auto id = table.open(call(1));
    CHECK(id == 100);
    for (const char* foreign :
         {"\"100x\"", "100.0", "-100", "1e2", "", "null", "0", "99999999999999999999999", " 100"}) {
        CHECK(table.answer(foreign).match == Match::unknown);
    }
    CHECK(table.answer("100").match == Match::call);
    CHECK(table.answer("100").match == Match::duplicate);
    const auto left = table.open(call(2));
    CHECK(table.abandon(left));
    CHECK_FALSE(table.abandon(left));
    CHECK(table.answer("101").match == Match::late);
    CHECK(table.answer("101").match == Match::duplicate);
    CHECK(table.counts().answered == 1);
    CHECK(table.counts().late == 2);
    CHECK(table.counts().duplicate == 2);
    CHECK(table.counts().unknown == 10);
}

TEST_CASE("Progress is passed while it grows and its call is open") {
    Table table;
    const auto id = std::to_string(table.open(call(5, true)));
    CHECK(table.progress(id, 0) != nullptr);
    CHECK(table.progress(id, 0) == nullptr);
    CHECK(table.progress(id, 0.5) != nullptr);
    CHECK(table.progress(id, 0.25) == nullptr);
    CHECK(table.progress("\"" + id + "\"", 0.3) == nullptr);
    table.answer(id);
    CHECK(table.progress(id, 10) == nullptr);
    const auto quiet = std::to_string(table.open(call(6)));
    CHECK(table.progress(quiet, 1) == nullptr);
    CHECK(table.counts().progress_dropped == 5);
}

TEST_CASE("When the server goes every open call comes out once, in order") {
    Table table;
    for (int i = 0; i < 5; ++i) table.open(call(i));
    const auto calls = table.take_all();
    REQUIRE(calls.size() == 5);
    for (int i = 0; i < 5; ++i) CHECK(calls[static_cast<std::size_t>(i)].payload == i);
    CHECK(table.size() == 0);
    CHECK(table.answer("3").match == Match::late);
}

TEST_CASE("A server that never answers does not make the table grow without bound") {
    Table table;
    for (int i = 0; i < 20'000; ++i) table.abandon(table.open(call(i)));
    CHECK(table.size() == 0);
    CHECK(table.answer("20000").match == Match::late);
    CHECK(table.answer("1").match == Match::duplicate);
}

TEST_CASE("Whatever happens in whatever order, each call ends once and no answer crosses") {
    std::mt19937 random(7);
    for (int round = 0; round < 50; ++round) {
        Table table(static_cast<std::uint64_t>(1 + round * 1000));
        std::map<std::uint64_t, int> open;
        std::set<std::uint64_t> asked;
        for (int turn = 0; turn < 400; ++turn) {
            const auto pick = std::uniform_int_distribution<std::uint64_t>(
                table.next_id() < 30 ? 0 : table.next_id() - 30, table.next_id() + 2)(random);
            switch (random() % 4) {
                case 0:
                case 1: {
                    const auto id = table.open(call(turn));
                    CHECK(asked.insert(id).second);
                    open[id] = turn;
                    break;
                }
                case 2: {
                    const auto answer = table.answer(std::to_string(pick));
                    CHECK((answer.match == Match::call) == (open.count(pick) == 1));
                    CHECK((answer.match == Match::unknown) == (pick >= table.next_id() || pick == 0));
                    if (answer.call) CHECK(answer.call->payload == open[pick]);
                    open.erase(pick);
                    break;
                }
                default:
                    CHECK(table.abandon(pick) == (open.erase(pick) == 1));
            }
            CHECK(table.size() == open.size());
        }
    }
}
