#include "tests/unit/supervisor/lifecycle_subject.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

TEST_CASE("A crash is cleaned up before anything else") {
    Subject subject;
    subject.running();
    CHECK(subject.exits(1) == only(Action::clean_up));
    CHECK(subject.life.state == ServerState::stopping);
    CHECK(subject.life.ending == Ending::crashed);
}

TEST_CASE("The first restart of a server that was running is immediate") {
    Subject subject;
    subject.running();
    CHECK(subject.crash() == only(Action::launch));
    CHECK(subject.life.state == ServerState::starting);
    CHECK(subject.life.reason == Reason::restarting);
    CHECK(subject.life.restarts == 1);
}

TEST_CASE("A server that died before it was ready waits first, whatever its exit code") {
    Subject subject;
    subject.launched();
    subject.exits(0);
    CHECK(subject.life.ending == Ending::crashed);
    subject.feed(InputKind::gone);
    CHECK(subject.life.state == ServerState::waiting);
    CHECK(subject.until_timer() == 500ms);
}

TEST_CASE("A server that ends well by itself is left alone, unless it is to run always") {
    Subject on_failure;
    on_failure.running();
    on_failure.exits(0);
    CHECK(on_failure.feed(InputKind::gone) == nothing);
    CHECK(on_failure.life.state == ServerState::stopped);
    CHECK(on_failure.life.reason == Reason::completed);
    Subject always;
    always.policy.restart = RestartMode::always;
    always.running();
    always.exits(0);
    CHECK(always.feed(InputKind::gone) == only(Action::launch));
}

TEST_CASE("A policy of never leaves a crashed server failed") {
    Subject subject;
    subject.policy.restart = RestartMode::never;
    subject.running();
    CHECK(subject.crash() == nothing);
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::exited);
}

TEST_CASE("What would not die keeps the server stopping and is tried again") {
    Subject subject;
    subject.running().feed(InputKind::restart);
    subject.exits(0);
    CHECK(subject.feed(InputKind::not_gone) == nothing);
    CHECK(subject.life.state == ServerState::stopping);
    CHECK(subject.life.reason == Reason::stuck);
    CHECK(subject.passes(5s) == only(Action::clean_up));
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));
}

TEST_CASE("A waiting server is launched at its deadline and not before") {
    Subject subject;
    subject.waiting();
    CHECK(subject.passes(499ms) == nothing);
    CHECK(subject.passes(1ms) == only(Action::launch));
    CHECK(subject.life.restarts == 1);
}

TEST_CASE("The back-off doubles up to the ceiling") {
    Subject subject;
    subject.timing.crash_exits = 1000;
    subject.running();
    CHECK(subject.crash() == only(Action::launch));
    for (const Duration expected :
         {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 32000ms, 60000ms, 60000ms}) {
        subject.comes_back();
        CHECK(subject.crash() == nothing);
        CHECK(subject.until_timer() == expected);
    }
}

TEST_CASE("The back-off is spread by a fifth to either side") {
    Subject early;
    early.chance = 0.0;
    early.waiting();
    CHECK(early.until_timer() == 400ms);
    Subject late;
    late.chance = 0.999999;
    late.waiting();
    CHECK(late.until_timer() >= 599ms);
    CHECK(late.until_timer() <= 600ms);
}

TEST_CASE("A minute of health makes the next restart immediate and halves the count") {
    Subject subject;
    subject.running();
    subject.life.attempts = 8;
    subject.now += 60s;
    CHECK(subject.crash() == only(Action::launch));
    CHECK(subject.life.attempts == 5);  // half of 8, and this one
}

TEST_CASE("Many minutes of health forget all attempts") {
    Subject subject;
    subject.running();
    subject.life.attempts = 8;
    subject.now += std::chrono::hours(24 * 365);
    CHECK(subject.crash() == only(Action::launch));
    CHECK(subject.life.attempts == 1);
}

TEST_CASE("Five exits in two minutes are a crash loop: announced once, retried at the ceiling") {
    Subject subject;
    subject.running();
    for (int exit = 1; exit < 5; ++exit) {
        subject.crash();
        CHECK(subject.life.reason == Reason::restarting);
        subject.comes_back();
    }
    CHECK(subject.crash() == only(Action::announce_crash_loop));
    CHECK(subject.life.state == ServerState::waiting);
    CHECK(subject.life.reason == Reason::crash_loop);
    CHECK(subject.until_timer() == 60s);
    subject.comes_back();
    CHECK(subject.crash() == nothing);
    CHECK(subject.life.reason == Reason::crash_loop);
}

TEST_CASE("Five exits spread over a longer time are no crash loop") {
    Subject subject;
    subject.running();
    for (int exit = 0; exit < 20; ++exit) {
        subject.now += 31s;
        subject.crash();
        CHECK(subject.life.reason != Reason::crash_loop);
        subject.comes_back();
    }
}

TEST_CASE("A restart limit bounds the retries of a crash loop") {
    Subject subject;
    subject.policy.limit = 3;
    subject.running();
    subject.crash();
    subject.comes_back();
    subject.crash();
    subject.comes_back();
    CHECK(subject.crash() == only(Action::announce_crash_loop));
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::crash_loop);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("A start after a crash loop begins with a clean sheet") {
    Subject subject;
    subject.policy.limit = 1;
    subject.running();
    subject.crash();
    REQUIRE(subject.life.state == ServerState::failed);
    subject.policy.limit = 0;
    subject.running();
    CHECK(subject.crash() == only(Action::launch));
    CHECK_FALSE(subject.life.crash_loop);
}

TEST_CASE("An exit after an asked stop is no failure, whatever its code") {
    Subject subject;
    subject.running().feed(InputKind::stop);
    subject.exits(143);
    subject.feed(InputKind::gone);
    CHECK(subject.life.failures.empty());
    CHECK(subject.life.reason == Reason::none);
}

TEST_CASE("A server that could not bear the question for its era is launched again within the same start") {
    Subject subject;
    subject.launched();
    Input input;
    input.kind = InputKind::exited;
    input.exit = Exit{0, {}, false, {}};
    input.era_asked = true;
    CHECK(decide(subject.life, input, subject.policy, subject.timing, subject.now) == only(Action::clean_up));
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));
    CHECK(subject.life.asked);
    CHECK(subject.life.failures.empty());

    // Its output ended first, and it is stopped before it is launched again; a policy of never is no matter.
    subject.policy.restart = RestartMode::never;
    subject.feed(InputKind::launched);
    input.kind = InputKind::not_ready;
    CHECK(decide(subject.life, input, subject.policy, subject.timing, subject.now) ==
          only(Action::close_input));
    subject.exits(1);
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));

    // Who stops it meanwhile has it stopped.
    subject.feed(InputKind::launched);
    decide(subject.life, input, subject.policy, subject.timing, subject.now);
    subject.feed(InputKind::stop);
    subject.exits(1);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
}

TEST_CASE("A server that ends after it was ready has not ended of the question for its era") {
    Subject subject;
    subject.running();
    Input input;
    input.kind = InputKind::exited;
    input.exit = Exit{1, {}, false, {}};
    input.era_asked = true;
    decide(subject.life, input, subject.policy, subject.timing, subject.now);
    CHECK(subject.life.ending == Ending::crashed);
}

TEST_CASE("A server that has failed already is not launched twice for a question") {
    Subject subject;
    subject.waiting();
    subject.passes(subject.until_timer());
    subject.feed(InputKind::launched);
    Input input;
    input.kind = InputKind::exited;
    input.exit = Exit{1, {}, false, {}};
    input.era_asked = true;
    decide(subject.life, input, subject.policy, subject.timing, subject.now);
    CHECK(subject.life.ending == Ending::crashed);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.life.state == ServerState::waiting);
}
