// Short words for tests that play the agent: connect, ask for a fixture, read what it says.
#pragma once

#include "agent/runtime/keeper_link.hpp"
#include "tests/support/kept_house.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::test {

inline std::unique_ptr<KeeperLink> connect(Loop& loop, KeptHouse& house) {
    auto link = run_to_end(loop, KeeperLink::open(loop, house.receive_agent_end()));
    REQUIRE(link.has_value());
    return std::move(*link);
}

inline SpawnRequest request(const std::string& fixture, const std::vector<std::string>& arguments = {}) {
    SpawnRequest wanted;
    wanted.tag = "test " + fixture;
    wanted.program = KeptHouse::fixture(fixture);
    wanted.arguments = {fixture};
    wanted.arguments.insert(wanted.arguments.end(), arguments.begin(), arguments.end());
    wanted.environment = {"PATH=/usr/bin:/bin", "GREETING=hello"};
    wanted.cwd = "/";
    return wanted;
}

inline KeptChild spawn(Loop& loop, KeeperLink& link, SpawnRequest wanted) {
    auto child = run_to_end(loop, link.spawn(std::move(wanted)));
    REQUIRE(child.has_value());
    return std::move(*child);
}

/// Until `end` was read, or the end of the stream when `end` is empty.
inline std::string read_until(int fd, const std::string& end, int milliseconds = 5000) {
    std::string text;
    pollfd wanted{fd, POLLIN, 0};
    char piece[4096];
    while ((end.empty() || text.find(end) == std::string::npos) && ::poll(&wanted, 1, milliseconds) == 1) {
        const ssize_t got = ::read(fd, piece, sizeof piece);
        if (got <= 0) break;
        text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
}

template <typename Condition>
bool becomes_true(Condition condition, int milliseconds = 3000) {
    for (int waited = 0; waited < milliseconds; ++waited) {
        if (condition()) return true;
        ::usleep(1000);
    }
    return condition();
}

}  // namespace mcpm::test
