// The rows about servers that sleep until they are needed.
#include "tests/unit/supervisor/lifecycle_subject.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

struct LazySubject : Subject {
    LazySubject() {
        policy.rest = LifecyclePolicy::Rest::when_idle;
        policy.idle_timeout = Duration(30'000);
    }
    LazySubject& asleep() {
        feed(InputKind::start);
        return *this;
    }
    LazySubject& awake() {
        asleep();
        feed(InputKind::wake);
        feed(InputKind::launched);
        feed(InputKind::ready);
        return *this;
    }
    LazySubject& falling_asleep() {
        awake();
        passes(30'000ms);
        return *this;
    }
    bool is_asleep() const {
        return life.state == ServerState::stopped && life.reason == Reason::asleep &&
               life.desired == Desired::up && !life.timer;
    }
    /// One process that ends before it was ready, woken for nothing.
    Actions dies_at_start() {
        feed(InputKind::wake);
        feed(InputKind::launched);
        exits(1);
        return feed(InputKind::gone);
    }
};

}  // namespace

TEST_CASE("A lazy server that is started sleeps, whoever starts it") {
    for (const InputKind kind : {InputKind::start, InputKind::restart, InputKind::start_automatically}) {
        LazySubject subject;
        CHECK(subject.feed(kind) == nothing);
        CHECK(subject.is_asleep());
    }
}

TEST_CASE("A sleeping server is launched by a wake, and by nothing else") {
    LazySubject subject;
    subject.asleep();
    CHECK(subject.feed(InputKind::start) == nothing);
    CHECK(subject.feed(InputKind::held) == nothing);
    CHECK(subject.feed(InputKind::released) == nothing);
    CHECK(subject.feed(InputKind::wake) == only(Action::launch));
    CHECK(subject.life.state == ServerState::starting);
    CHECK(subject.life.reason == Reason::none);
    CHECK(subject.feed(InputKind::wake) == nothing);
}

TEST_CASE("A stopped server is not woken") {
    LazySubject subject;
    CHECK(subject.feed(InputKind::wake) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
    subject.asleep();
    subject.feed(InputKind::stop);
    CHECK(subject.life.reason == Reason::none);
    CHECK(subject.life.desired == Desired::down);
    CHECK(subject.feed(InputKind::wake) == nothing);
}

TEST_CASE("A woken server that nobody uses is stopped after its idle time and sleeps again") {
    LazySubject subject;
    subject.awake();
    CHECK(subject.until_timer() == 30'000ms);
    CHECK(subject.passes(29'999ms) == nothing);
    CHECK(subject.passes(1ms) == only(Action::close_input));
    CHECK(subject.life.state == ServerState::stopping);
    CHECK(subject.life.reason == Reason::idle);
    CHECK(subject.exits(0) == only(Action::clean_up));
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.is_asleep());
    CHECK(subject.life.failures.empty());
}

TEST_CASE("A server in use does not sleep, and its idle time begins when the last use ends") {
    LazySubject subject;
    subject.awake();
    subject.feed(InputKind::held);
    CHECK_FALSE(subject.life.timer);
    CHECK(subject.passes(3'600'000ms) == nothing);
    CHECK(subject.life.state == ServerState::running);
    subject.feed(InputKind::released);
    CHECK(subject.until_timer() == 30'000ms);
    subject.passes(20'000ms);
    subject.feed(InputKind::held);
    subject.feed(InputKind::released);
    CHECK(subject.until_timer() == 30'000ms);
}

TEST_CASE("A server that was in use before it was ready has no idle time yet") {
    LazySubject subject;
    subject.asleep();
    subject.feed(InputKind::held);
    subject.feed(InputKind::wake);
    subject.feed(InputKind::launched);
    subject.feed(InputKind::ready);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("A server that was taken over begins its idle time") {
    LazySubject subject;
    subject.life.desired = Desired::up;
    subject.feed(InputKind::adopted);
    CHECK(subject.until_timer() == 30'000ms);
}

TEST_CASE("A wake while it falls asleep lets it end and launches it again") {
    LazySubject subject;
    subject.falling_asleep();
    CHECK(subject.feed(InputKind::wake) == nothing);
    CHECK(subject.life.state == ServerState::stopping);
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));
    CHECK(subject.life.state == ServerState::starting);
}

TEST_CASE("A stop while it falls asleep makes it stopped, and no wake undoes that") {
    LazySubject subject;
    subject.falling_asleep();
    subject.feed(InputKind::stop);
    CHECK(subject.feed(InputKind::wake) == nothing);
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
    CHECK(subject.life.reason == Reason::none);
}

TEST_CASE("A start while it is stopped or falls asleep makes it sleep afterwards") {
    LazySubject subject;
    subject.falling_asleep();
    subject.feed(InputKind::start);
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.is_asleep());
    LazySubject stopped;
    stopped.awake();
    stopped.feed(InputKind::stop);
    stopped.feed(InputKind::start);
    stopped.exits(0);
    CHECK(stopped.feed(InputKind::gone) == nothing);
    CHECK(stopped.is_asleep());
}

TEST_CASE("A restart of a lazy server that runs gives a new process") {
    LazySubject subject;
    subject.awake();
    CHECK(subject.feed(InputKind::restart) == only(Action::close_input));
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));
    subject.falling_asleep();
    subject.feed(InputKind::restart);
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));
}

TEST_CASE("A lazy server that could not start has failed, and the next wake tries again") {
    LazySubject subject;
    subject.asleep();
    subject.feed(InputKind::wake);
    CHECK(subject.feed(InputKind::launch_failed, Input::Cure::time) == nothing);
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::start_failed);
    CHECK(subject.feed(InputKind::wake) == only(Action::launch));
    subject.feed(InputKind::launched);
    subject.exits(1);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::exited);
    CHECK(subject.feed(InputKind::wake) == only(Action::launch));
}

TEST_CASE("A wake while a start that failed is cleaned up does not hide the failure") {
    LazySubject subject;
    subject.asleep();
    subject.feed(InputKind::wake);
    subject.feed(InputKind::launched);
    subject.passes(subject.policy.start_timeout);
    CHECK(subject.life.ending == Ending::start_timeout);
    CHECK(subject.feed(InputKind::wake) == nothing);
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::start_timeout);
}

TEST_CASE("A lazy server that dies while nobody uses it sleeps, and one in use is started again") {
    LazySubject unused;
    unused.awake();
    CHECK(unused.crash() == nothing);
    CHECK(unused.is_asleep());
    LazySubject used;
    used.awake();
    used.feed(InputKind::held);
    CHECK(used.crash() == only(Action::launch));
    CHECK(used.life.restarts == 1);
}

TEST_CASE("A lazy server that ends by itself with code 0 sleeps") {
    LazySubject subject;
    subject.policy.restart = RestartMode::always;
    subject.awake();
    subject.feed(InputKind::held);
    subject.exits(0);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.is_asleep());
}

TEST_CASE("Wakes that fail again and again are a crash loop, and the ceiling passes before the next try") {
    LazySubject subject;
    subject.asleep();
    Actions said;
    for (int times = 0; times < 5; ++times) said = subject.dies_at_start();
    CHECK(said == only(Action::announce_crash_loop));
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::crash_loop);
    CHECK(subject.feed(InputKind::wake) == nothing);
    subject.now += subject.timing.backoff_ceiling;
    CHECK(subject.feed(InputKind::wake) == only(Action::launch));
    subject.feed(InputKind::launched);
    CHECK(subject.crash() == nothing);
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.feed(InputKind::start) == nothing);
    CHECK(subject.is_asleep());
}

TEST_CASE("A server that waits to be started again is started by a wake, except in a crash loop") {
    Subject subject;
    subject.waiting();
    CHECK(subject.feed(InputKind::wake) == only(Action::launch));
    CHECK(subject.life.attempts > 0);
    Subject loop;
    loop.running();
    while (loop.life.reason != Reason::crash_loop) {
        loop.crash();
        if (loop.life.reason != Reason::crash_loop) loop.comes_back();
    }
    CHECK(loop.life.state == ServerState::waiting);
    CHECK(loop.feed(InputKind::wake) == nothing);
}

TEST_CASE("A failed server is started by a wake, unless its policy gave it up") {
    Subject subject;
    subject.failed();
    CHECK(subject.feed(InputKind::wake) == only(Action::launch));
    Subject given_up;
    given_up.policy.limit = 1;
    given_up.running();
    given_up.crash();
    CHECK(given_up.life.reason == Reason::crash_loop);
    given_up.now += 3600s;
    CHECK(given_up.feed(InputKind::wake) == nothing);
}

TEST_CASE("A sleeping server that is not lazy any more is launched, a running one loses its idle time") {
    LazySubject subject;
    subject.asleep();
    CHECK(subject.feed(InputKind::redefined) == nothing);
    subject.policy.rest = LifecyclePolicy::Rest::never;
    CHECK(subject.feed(InputKind::redefined) == only(Action::launch));
    LazySubject running;
    running.awake();
    running.policy.rest = LifecyclePolicy::Rest::never;
    CHECK(running.feed(InputKind::redefined) == nothing);
    CHECK_FALSE(running.life.timer);
    LazySubject falling;
    falling.falling_asleep();
    falling.policy.rest = LifecyclePolicy::Rest::never;
    falling.exits(0);
    CHECK(falling.feed(InputKind::gone) == only(Action::launch));
}

TEST_CASE("A running server that becomes lazy begins its idle time") {
    Subject subject;
    subject.running();
    CHECK(subject.feed(InputKind::held) == nothing);
    CHECK(subject.feed(InputKind::released) == nothing);
    CHECK_FALSE(subject.life.timer);
    subject.policy.rest = LifecyclePolicy::Rest::when_idle;
    subject.policy.idle_timeout = Duration(5'000);
    subject.feed(InputKind::redefined);
    CHECK(subject.until_timer() == 5'000ms);
}
