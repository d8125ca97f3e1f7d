#include "agent/process/announcements.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;

namespace {

struct Said {
    AgentLog log{LogLevel::fatal};
    Announcements announcements{log};
    std::vector<Event> events;
    void join() {
        announcements.join([this](Event event) { events.push_back(std::move(event)); });
    }
};

}  // namespace

TEST_CASE("What is said before there is anybody to keep it is kept then, in order") {
    Said said;
    said.announcements.note("the disk is slow");
    said.announcements.say(EventType::server_log, "it is full", "srv_a");
    said.join();
    said.announcements.say(EventType::agent_started, "here");
    REQUIRE(said.events.size() == 3);
    CHECK(said.events[0].type == "agent:notice");
    CHECK(said.events[0].message == "the disk is slow");
    CHECK(said.events[0].actor == "agent");
    CHECK(said.events[1].server_id == "srv_a");
    CHECK(said.events[2].type == "agent:started");
}

TEST_CASE("While the agent opens, the same notice is given once, and later each is given") {
    Said said;
    said.join();
    said.announcements.note("again");
    said.announcements.note("again");
    CHECK(said.announcements.notices() == std::vector<std::string>{"again"});
    CHECK(said.events.size() == 1);
    said.announcements.settled();
    said.announcements.note("again");
    CHECK(said.announcements.notices().size() == 2);
    CHECK(said.events.size() == 2);
}

TEST_CASE("Notices are bounded, the newest stay, and none is an event after the end") {
    Said said;
    said.join();
    for (int i = 0; i < 60; ++i) said.announcements.note(std::to_string(i));
    CHECK(said.announcements.notices().size() == 50);
    CHECK(said.announcements.notices().front() == "10");
    CHECK(said.announcements.notices().back() == "59");
    said.announcements.part();
    said.announcements.note("late");
    CHECK(said.events.size() == 60);
    CHECK(said.announcements.notices().back() == "late");
    Said alone;
    for (int i = 0; i < 400; ++i) alone.announcements.say(EventType::agent_fault, std::to_string(i));
    alone.join();
    CHECK(alone.events.size() == 256);
}
