#include "agent/live/timeline.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using live::Change;
using live::Timeline;
using Wanted = live::Timeline::Wanted;

namespace {

Event event(std::string type, std::string server = "srv_a") {
    Event out;
    out.type = std::move(type);
    out.server_id = std::move(server);
    return out;
}

/// "N:server:change" and "N:type" of events, in order.
std::vector<std::string> told(const Timeline::Batch& batch) {
    std::vector<std::string> out;
    for (const auto& item : batch.items) {
        out.push_back(
            std::to_string(item.number) + " " +
            (item.event ? item.event->type : item.server_id + " " + std::string(wire_name(item.change))));
    }
    return out;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("A server that changed often is told once, with its last change") {
    Timeline timeline;
    timeline.add(event("server:created", "srv_old"));
    const auto before = timeline.newest();
    for (int times = 0; times < 1000; ++times) timeline.add(event("server:status", "srv_old"));
    timeline.add(event("server:health", "srv_old"));
    timeline.add(event("agent:notice", ""));
    const auto batch = timeline.read(before, Wanted::servers, 10);
    CHECK(told(batch) == Told{"2004 srv_old server:health"});
    CHECK(batch.next == timeline.newest());
    CHECK(timeline.read(batch.next, Wanted::both, 10).items.empty());
}

TEST_CASE("Who has not heard of a server hears that it was created, with whatever happened since") {
    Timeline timeline;
    timeline.add(event("agent:started", ""));
    const auto before = timeline.newest();
    timeline.add(event("server:created"));
    const auto between = timeline.newest();
    timeline.add(event("server:exited"));
    CHECK(told(timeline.read(before, Wanted::servers, 10)) == Told{"6 srv_a server:created"});
    CHECK(told(timeline.read(between, Wanted::servers, 10)) == Told{"6 srv_a server:status"});
}

TEST_CASE("A server that is deleted stays so, and is told as that even to who never heard of it") {
    Timeline timeline;
    timeline.add(event("server:created"));
    timeline.add(event("server:deleted"));
    timeline.add(event("server:status"));
    CHECK(told(timeline.read(1, Wanted::servers, 10)) == Told{"4 srv_a server:deleted"});
}

TEST_CASE("Changes and events come in the order of their numbers, a part at a time") {
    Timeline timeline;
    timeline.add(event("server:created", "srv_a"));
    timeline.add(event("agent:notice", ""));
    timeline.add(event("server:created", "srv_b"));
    const auto first = timeline.read(1, Wanted::both, 3);
    CHECK(told(first) == Told{"2 srv_a server:created", "3 server:created", "5 agent:notice"});
    CHECK(first.next == 5);
    const auto second = timeline.read(first.next, Wanted::both, 3);
    CHECK(told(second) == Told{"6 srv_b server:created", "7 server:created"});
    CHECK(second.next == timeline.newest());
    CHECK(told(timeline.read(1, Wanted::events, 10)) ==
          Told{"3 server:created", "5 agent:notice", "7 server:created"});
}

TEST_CASE("Between a change and its event nothing is lost") {
    Timeline timeline;
    timeline.add(event("server:created"));
    CHECK(told(timeline.read(2, Wanted::both, 10)) == Told{"3 server:created"});
    CHECK(timeline.read(3, Wanted::both, 10).items.empty());
}

TEST_CASE("Events that are forgotten are counted, and whether all can still be told is known") {
    Timeline timeline(4);
    for (int times = 0; times < 10; ++times) timeline.add(event("server:status"));
    const auto batch = timeline.read(1, Wanted::events, 10);
    CHECK(batch.missed == 6);
    CHECK(batch.items.size() == 4);
    CHECK(batch.items.front().number == 15);
    CHECK_FALSE(timeline.knows(1));
    CHECK_FALSE(timeline.knows(12));
    CHECK(timeline.knows(13));
    CHECK(timeline.knows(timeline.newest()));
    CHECK_FALSE(timeline.knows(timeline.newest() + 1));
}

TEST_CASE("Deletions that are forgotten make who was away begin anew") {
    Timeline timeline(1000, 2);
    for (const char* server : {"a", "b", "c"}) {
        timeline.add(event("server:created", server));
        timeline.add(event("server:deleted", server));
    }
    CHECK_FALSE(timeline.knows(3));
    CHECK(timeline.knows(4));
    CHECK(timeline.read(4, Wanted::servers, 10).items.size() == 2);
}
