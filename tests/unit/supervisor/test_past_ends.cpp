#include "agent/supervisor/past_ends.hpp"
#include "tests/unit/supervisor/lifecycle_subject.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

const Timestamp now{std::chrono::hours(1000)};

RunRecord ended(Ending reason, Duration ago) {
    RunRecord run;
    run.reason = reason;
    run.started_at = now - ago - 1s;
    run.exit = Exit{1, {}, false, now - ago};
    return run;
}

}  // namespace

TEST_CASE("How a run ended is read from its reason, and a run whose end nobody saw says nothing") {
    CHECK(past_end_of(ended(Ending::crashed, 5s), now)->how == PastEnd::How::failed);
    CHECK(past_end_of(ended(Ending::crashed, 5s), now)->ago == 5s);
    CHECK(past_end_of(ended(Ending::not_ready, 5s), now)->how == PastEnd::How::failed);
    CHECK(past_end_of(ended(Ending::completed, 5s), now)->how == PastEnd::How::well);
    CHECK(past_end_of(ended(Ending::asked, 5s), now)->how == PastEnd::How::asked);
    CHECK_FALSE(past_end_of(ended(Ending::agent_lost, 5s), now));
    CHECK_FALSE(past_end_of(ended(Ending::none, 5s), now));
    auto own = ended(Ending::crashed, 5s);
    own.owner = "somebody";
    CHECK_FALSE(past_end_of(own, now));
}

TEST_CASE("An end that seems to come, because the clock was set back, was a moment ago") {
    CHECK(past_end_of(ended(Ending::crashed, -1h), now)->ago == 0s);
}

TEST_CASE("Failures count up to the one that somebody's wish or the window ends") {
    Subject subject;
    const PastEnd failed{1s, PastEnd::How::failed};
    recall(subject.life, {failed, {2s, PastEnd::How::failed}, {3s, PastEnd::How::asked}, failed},
           subject.policy, subject.timing, subject.now);
    REQUIRE(subject.life.failures.size() == 2);
    CHECK(subject.life.failures[0] == subject.now - 2s);
    CHECK(subject.life.failures[1] == subject.now - 1s);
    CHECK(subject.life.attempts == 2);

    Subject later;
    recall(later.life, {{24h, PastEnd::How::failed}}, later.policy, later.timing, later.now);
    CHECK(later.life.failures.empty());
}

TEST_CASE("A crash loop goes on under the next agent, and a person's start ends it") {
    Subject subject;
    subject.life.desired = Desired::up;
    std::vector<PastEnd> ends;
    for (unsigned count = 0; count < subject.timing.crash_exits; ++count)
        ends.push_back({Duration(1000), PastEnd::How::failed});
    recall(subject.life, ends, subject.policy, subject.timing, subject.now);
    CHECK(subject.feed(InputKind::start_automatically) == only(Action::announce_crash_loop));
    CHECK(subject.life.state == ServerState::waiting);
    CHECK(subject.life.reason == Reason::crash_loop);
    CHECK(subject.feed(InputKind::start) == only(Action::launch));
    CHECK(subject.life.failures.empty());
}

TEST_CASE("Fewer failures are remembered, and the server is started") {
    Subject subject;
    subject.life.desired = Desired::up;
    recall(subject.life, {{1s, PastEnd::How::failed}}, subject.policy, subject.timing, subject.now);
    CHECK(subject.feed(InputKind::start_automatically) == only(Action::launch));
    CHECK(subject.life.failures.size() == 1);
}

TEST_CASE("An adopted server that was not ready is starting still, and becomes ready") {
    Subject subject;
    subject.life.desired = Desired::up;
    Input adopted;
    adopted.kind = InputKind::adopted;
    adopted.was_ready = false;
    CHECK(decide(subject.life, adopted, subject.policy, subject.timing, subject.now).empty());
    CHECK(subject.life.state == ServerState::starting);
    CHECK(subject.life.presence == Presence::alive);
    CHECK(subject.life.timer);
    subject.feed(InputKind::ready);
    CHECK(subject.life.state == ServerState::running);
}
