#include "agent/gateway/parking_lot.hpp"
#include "tests/unit/gateway/exchanges.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::gateway;
using namespace mcpm::test;

namespace {

ExchangePtr call(Loop& loop, const std::string& tool, const std::string& principal = "ada") {
    auto exchange =
        make_exchange(loop, make_client(loop, principal), "tools/call", R"({"name":")" + tool + "\"}");
    exchange->parking = std::make_unique<Parking>();
    return exchange;
}

}  // namespace

TEST_CASE("Questions are numbered, and given to the client in the result of its call") {
    Parking parking;
    CHECK(parking.add("41", R"({"method":"a"})"));
    CHECK(parking.add("42", R"({"method":"b"})"));
    parking.state = "s";
    CHECK(
        parking.input_required() ==
        R"({"resultType":"input_required","inputRequests":{"input-1":{"method":"a"},"input-2":{"method":"b"}},"requestState":"s"})");
    CHECK(parking.take_back("41"));
    CHECK_FALSE(parking.take_back("41"));
    CHECK(parking.add("43", R"({"method":"c"})"));
    CHECK(parking.questions.contains("input-3"));  // no key is given twice
}

TEST_CASE("A server has so many questions unanswered and no more") {
    Parking parking;
    for (std::size_t i = 0; i < Parking::questions_limit; ++i) CHECK(parking.add(std::to_string(i), "{}"));
    CHECK_FALSE(parking.add("more", "{}"));
    CHECK(parking.take_back("0"));
    CHECK(parking.add("more", "{}"));
}

TEST_CASE("A parked call is found by its state, by the same request of the same principal") {
    Loop loop{1};
    ParkingLot lot(2);
    const auto parked = call(loop, "ask");
    CHECK_FALSE(is_parked(*parked));
    lot.put(parked);
    CHECK(is_parked(*parked));
    const std::string state = parked->parking->state;
    CHECK(state.size() == 64);
    CHECK(lot.find(state, *call(loop, "ask")) == parked);
    CHECK(lot.find(state, *call(loop, "other")) == nullptr);
    CHECK(lot.find(state, *call(loop, "ask", "eve")) == nullptr);
    CHECK(lot.find("no such state", *call(loop, "ask")) == nullptr);
    Scope elsewhere;
    elsewhere.kind = Scope::Kind::server;
    const auto at_another_address =
        make_exchange(loop, make_client(loop, "ada", elsewhere), "tools/call", R"({"name":"ask"})");
    CHECK(lot.find(state, *at_another_address) == nullptr);
    lot.forget(state);
    CHECK(lot.find(state, *call(loop, "ask")) == nullptr);
}

TEST_CASE("So many calls are parked and no more, and those of a principal are found") {
    Loop loop{1};
    ParkingLot lot(2);
    const auto of_ada = call(loop, "ask");
    const auto of_bob = call(loop, "ask", "bob");
    lot.put(of_ada);
    CHECK_FALSE(lot.is_full());
    lot.put(of_bob);
    CHECK(lot.is_full());
    CHECK(of_ada->parking->state != of_bob->parking->state);
    CHECK(lot.of_principal("bob") == std::vector<ExchangePtr>{of_bob});
    lot.forget(of_ada->parking->state);
    CHECK(lot.any() == of_bob);
    lot.forget(of_bob->parking->state);
    CHECK(lot.is_empty());
}

TEST_CASE("Whoever took a call over last waits for its answer") {
    Loop loop{1};
    const auto first = call(loop, "ask");
    const auto second = call(loop, "ask");
    const auto third = call(loop, "ask");
    CHECK(latest_of(first) == first);
    first->successor = second;
    second->successor = third;
    CHECK(latest_of(first) == third);
}

TEST_CASE("Input is asked for by requests that do something") {
    CHECK(may_need_input("tools/call"));
    CHECK(may_need_input("prompts/get"));
    CHECK(may_need_input("resources/read"));
    CHECK_FALSE(may_need_input("tools/list"));
}
