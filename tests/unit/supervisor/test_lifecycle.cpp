#include "tests/unit/supervisor/lifecycle_subject.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

TEST_CASE("A stopped server that is started is launched") {
    Subject subject;
    CHECK(subject.feed(InputKind::start) == only(Action::launch));
    CHECK(subject.life.state == ServerState::starting);
    CHECK(subject.life.desired == Desired::up);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("A restart of a stopped server is a start") {
    Subject subject;
    CHECK(subject.feed(InputKind::restart) == only(Action::launch));
    CHECK(subject.life.state == ServerState::starting);
}

TEST_CASE("A failed server that is started is launched and counts afresh") {
    Subject subject;
    subject.failed();
    subject.life.attempts = 7;
    CHECK(subject.feed(InputKind::start) == only(Action::launch));
    CHECK(subject.life.attempts == 0);
}

TEST_CASE("A server that waits is launched at once when somebody starts it") {
    Subject subject;
    subject.waiting();
    REQUIRE(subject.life.state == ServerState::waiting);
    CHECK(subject.feed(InputKind::start) == only(Action::launch));
    CHECK(subject.life.attempts == 0);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("The agent's own start of a stopped server launches it without a reason") {
    Subject subject;
    CHECK(subject.feed(InputKind::start_automatically) == only(Action::launch));
    CHECK_FALSE(subject.life.asked);
    CHECK(subject.life.reason == Reason::none);
}

TEST_CASE("An adopted instance is running at once, whatever its readiness") {
    Subject subject;
    subject.life.desired = Desired::up;
    CHECK(subject.feed(InputKind::adopted) == nothing);
    CHECK(subject.life.state == ServerState::running);
    CHECK(subject.life.presence == Presence::alive);
}

TEST_CASE("A stop that was under way when the agent died is carried on") {
    Subject subject;
    subject.feed(InputKind::adopted);
    CHECK(subject.feed(InputKind::stop) == only(Action::close_input));
    CHECK(subject.life.state == ServerState::stopping);
}

TEST_CASE("A failed server that is stopped is stopped") {
    Subject subject;
    subject.failed();
    CHECK(subject.feed(InputKind::stop) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
    CHECK(subject.life.desired == Desired::down);
}

TEST_CASE("A server that waits and is stopped has no timer any more") {
    Subject subject;
    subject.waiting();
    CHECK(subject.feed(InputKind::stop) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("A launched server gets its start deadline") {
    Subject subject;
    subject.launched();
    CHECK(subject.life.state == ServerState::starting);
    CHECK(subject.until_timer() == subject.policy.start_timeout);
}

TEST_CASE("A launched server without readiness is running") {
    Subject subject;
    subject.policy.readiness = LifecyclePolicy::Readiness::at_once;
    subject.launched();
    CHECK(subject.life.state == ServerState::running);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("A server that reports ready is running and has no start deadline") {
    Subject subject;
    subject.running();
    CHECK(subject.life.state == ServerState::running);
    CHECK_FALSE(subject.life.timer);
}

TEST_CASE("A start that was asked for and cannot heal by itself has failed for good") {
    Subject subject;
    subject.starting();
    CHECK(subject.feed(InputKind::launch_failed, Input::Cure::none) == nothing);
    CHECK(subject.life.state == ServerState::failed);
    CHECK(subject.life.reason == Reason::start_failed);
    CHECK(subject.life.presence == Presence::none);
}

TEST_CASE("A start that time may heal is tried again after the back-off") {
    Subject subject;
    subject.starting();
    subject.feed(InputKind::launch_failed, Input::Cure::time);
    CHECK(subject.life.state == ServerState::waiting);
    CHECK(subject.until_timer() == 500ms);
    subject.passes(500ms);
    subject.feed(InputKind::launch_failed, Input::Cure::time);
    CHECK(subject.until_timer() == 1000ms);
}

TEST_CASE("An automatic start that cannot heal by itself is tried again at the ceiling") {
    Subject subject;
    subject.feed(InputKind::start_automatically);
    subject.feed(InputKind::launch_failed, Input::Cure::none);
    CHECK(subject.life.state == ServerState::waiting);
    CHECK(subject.life.reason == Reason::start_failed);
    CHECK(subject.until_timer() == 60s);
}

TEST_CASE("Failed launches are never a crash loop") {
    Subject subject;
    subject.feed(InputKind::start_automatically);
    for (int attempt = 0; attempt < 20; ++attempt) {
        CHECK(subject.feed(InputKind::launch_failed, Input::Cure::time) == nothing);
        CHECK(subject.life.reason == Reason::start_failed);
        subject.passes(subject.until_timer());
    }
}

TEST_CASE("A policy of never retries no failed launch") {
    Subject subject;
    subject.policy.restart = RestartMode::never;
    subject.feed(InputKind::start_automatically);
    subject.feed(InputKind::launch_failed, Input::Cure::time);
    CHECK(subject.life.state == ServerState::failed);
}

TEST_CASE("A server that never becomes ready is stopped and waits for its next try") {
    Subject subject;
    subject.launched();
    CHECK(subject.passes(subject.policy.start_timeout - 1ms) == nothing);
    CHECK(subject.passes(1ms) == only(Action::close_input));
    CHECK(subject.life.state == ServerState::stopping);
    CHECK(subject.life.ending == Ending::start_timeout);
    subject.exits(0);
    subject.feed(InputKind::gone);
    CHECK(subject.life.state == ServerState::waiting);
    CHECK(subject.life.reason == Reason::start_timeout);
}

TEST_CASE("A server whose session did not come about is stopped, starting or running") {
    Subject starting;
    CHECK(starting.launched().feed(InputKind::not_ready) == only(Action::close_input));
    CHECK(starting.life.ending == Ending::not_ready);
    Subject running;
    CHECK(running.running().feed(InputKind::not_ready) == only(Action::close_input));
}

TEST_CASE("A starting or running server that is stopped goes through the stop sequence") {
    Subject subject;
    subject.running();
    CHECK(subject.feed(InputKind::stop) == only(Action::close_input));
    CHECK(subject.passes(1999ms) == nothing);
    CHECK(subject.passes(1ms) == only(Action::terminate));
    CHECK(subject.until_timer() == 8s);
    CHECK(subject.passes(8s) == only(Action::kill));
    CHECK(subject.passes(5s) == only(Action::kill));
    CHECK(subject.exits(137) == only(Action::clean_up));
    CHECK_FALSE(subject.life.timer);
    CHECK(subject.feed(InputKind::gone) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
}

TEST_CASE("A server without a protocol on stdin is terminated at once") {
    Subject subject;
    subject.policy.first_step = LifecyclePolicy::FirstStep::terminate;
    subject.running();
    CHECK(subject.feed(InputKind::stop) == only(Action::terminate));
    CHECK(subject.passes(subject.policy.stop_timeout) == only(Action::kill));
}

TEST_CASE("A stop timeout shorter than the first step is kept") {
    Subject subject;
    subject.policy.stop_timeout = 500ms;
    subject.running();
    subject.feed(InputKind::stop);
    CHECK(subject.passes(500ms) == only(Action::terminate));
    CHECK(subject.passes(0ms) == only(Action::kill));
}

TEST_CASE("A restart stops the server and launches it again") {
    Subject subject;
    subject.running();
    CHECK(subject.feed(InputKind::restart) == only(Action::close_input));
    CHECK(subject.life.reason == Reason::restarting);
    subject.exits(0);
    CHECK(subject.life.state == ServerState::stopping);
    CHECK(subject.feed(InputKind::gone) == only(Action::launch));
    CHECK(subject.life.restarts == 0);
}

TEST_CASE("An unhealthy server is restarted only when its policy says so") {
    Subject patient;
    CHECK(patient.running().feed(InputKind::unhealthy) == nothing);
    Subject strict;
    strict.policy.unhealthy = LifecyclePolicy::Unhealthy::restart;
    CHECK(strict.running().feed(InputKind::unhealthy) == only(Action::close_input));
    CHECK(strict.life.ending == Ending::unhealthy);
    strict.exits(0);
    CHECK(strict.feed(InputKind::gone) == only(Action::launch));
}

TEST_CASE("A start while stopping launches after the end, a stop while restarting does not") {
    Subject started;
    started.running().feed(InputKind::stop);
    started.feed(InputKind::start);
    started.exits(0);
    CHECK(started.feed(InputKind::gone) == only(Action::launch));
    Subject stopped;
    stopped.running().feed(InputKind::restart);
    stopped.feed(InputKind::stop);
    stopped.exits(0);
    CHECK(stopped.feed(InputKind::gone) == nothing);
    CHECK(stopped.life.state == ServerState::stopped);
}

TEST_CASE("A stop during the launch waits for its outcome and then stops what came of it") {
    Subject subject;
    subject.starting();
    CHECK(subject.feed(InputKind::stop) == nothing);
    CHECK(subject.life.state == ServerState::stopping);
    CHECK(subject.feed(InputKind::launched) == only(Action::close_input));
}

TEST_CASE("A stop during a launch that fails is done") {
    Subject subject;
    subject.starting();
    subject.feed(InputKind::stop);
    CHECK(subject.feed(InputKind::launch_failed) == nothing);
    CHECK(subject.life.state == ServerState::stopped);
}

TEST_CASE("Inputs that do not belong to a state change nothing") {
    Subject subject;
    for (const InputKind kind :
         {InputKind::launched, InputKind::launch_failed, InputKind::ready, InputKind::exited, InputKind::gone,
          InputKind::not_gone, InputKind::deadline, InputKind::unhealthy}) {
        CHECK(subject.feed(kind) == nothing);
        CHECK(subject.life.state == ServerState::stopped);
    }
    subject.running();
    for (const InputKind kind :
         {InputKind::launched, InputKind::launch_failed, InputKind::gone, InputKind::start,
          InputKind::start_automatically, InputKind::adopted, InputKind::deadline}) {
        CHECK(subject.feed(kind) == nothing);
        CHECK(subject.life.state == ServerState::running);
    }
}

TEST_CASE("A server with an MCP session on stdio has its input closed first, others are terminated") {
    ServerSpec spec;
    spec.transport = Transport::stdio;
    CHECK(policy_of(spec).first_step == LifecyclePolicy::FirstStep::close_input);
    CHECK(policy_of(spec).readiness == LifecyclePolicy::Readiness::reported);
    spec.transport = Transport::none;
    CHECK(policy_of(spec).first_step == LifecyclePolicy::FirstStep::terminate);
    CHECK(policy_of(spec).readiness == LifecyclePolicy::Readiness::at_once);
    spec.transport = Transport::http;
    CHECK(policy_of(spec).first_step == LifecyclePolicy::FirstStep::terminate);
    CHECK(policy_of(spec).readiness == LifecyclePolicy::Readiness::reported);
}
