#include "agent/gateway/own_processes.hpp"
#include "tests/unit/gateway/exchanges.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::gateway;
using namespace mcpm::test;

TEST_CASE("A key says whose process it is and of which server") {
    CHECK(is_own_key("srv_a#1"));
    CHECK_FALSE(is_own_key("srv_a"));
    CHECK(server_of("srv_a#12") == "srv_a");
    CHECK(server_of("srv_a") == "srv_a");
}

TEST_CASE("Each process of a client's own has a key of its own, for as long as its client is there") {
    Loop loop{1};
    OwnProcesses processes;
    auto ada = make_client(loop);
    const auto bob = make_client(loop, "bob");
    const std::string first = processes.add("srv_a", ada);
    const std::string second = processes.add("srv_a", bob);
    CHECK(first != second);
    CHECK(server_of(first) == "srv_a");
    CHECK(processes.owner(first) == ada);
    CHECK(processes.owner(second) == bob);
    CHECK(processes.owner("srv_a") == nullptr);
    processes.remove(second);
    CHECK(processes.owner(second) == nullptr);
    CHECK(processes.add("srv_a", bob) != second);
    ada.reset();
    CHECK(processes.owner(first) == nullptr);
}
