// After any inputs: at most one instance, at most one timer, nothing launched over what is left of the last
// run, no launch when the server is to be down, and nothing in use is put to sleep. Fixed seeds.
#include "agent/supervisor/lifecycle.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

using Random = std::mt19937_64;

unsigned below(Random& random, unsigned limit) {
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random);
}

LifecyclePolicy any_policy(Random& random) {
    LifecyclePolicy policy;
    policy.restart = static_cast<RestartMode>(below(random, 3));
    policy.limit = below(random, 2) * below(random, 7);
    policy.window = Duration(1 + below(random, 200'000));
    policy.stop_timeout = Duration(below(random, 12'000));
    policy.start_timeout = Duration(below(random, 60'000));
    policy.readiness = static_cast<LifecyclePolicy::Readiness>(below(random, 2));
    policy.first_step = static_cast<LifecyclePolicy::FirstStep>(below(random, 2));
    policy.rest = static_cast<LifecyclePolicy::Rest>(below(random, 2));
    policy.idle_timeout = Duration(below(random, 60'000));
    policy.unhealthy = static_cast<LifecyclePolicy::Unhealthy>(below(random, 2));
    return policy;
}

Input any_input(Random& random) {
    Input input;
    input.kind = static_cast<InputKind>(below(random, input_kinds));
    input.cure = static_cast<Input::Cure>(below(random, 2));
    input.chance = std::uniform_real_distribution<double>(0.0, 1.0)(random);
    if (input.kind == InputKind::exited) input.exit = Exit{static_cast<int>(below(random, 2)), {}, false, {}};
    return input;
}

/// What really exists, kept apart from what the table believes.
struct World {
    bool launching = false, alive = false, left_over = false;
    unsigned instances() const { return (launching ? 1U : 0U) + (alive ? 1U : 0U) + (left_over ? 1U : 0U); }

    /// False when this input cannot happen in this world.
    bool happens(const Input& input) {
        switch (input.kind) {
            case InputKind::adopted:
                if (instances() > 0) return false;
                return alive = true;
            case InputKind::launched:
                if (!launching) return false;
                launching = false;
                return alive = true;
            case InputKind::launch_failed:
                if (!launching) return false;
                launching = false;
                return true;
            case InputKind::exited:
                if (!alive) return false;
                alive = false;
                return left_over = true;
            case InputKind::gone:
                if (!left_over) return false;
                left_over = false;
                return true;
            case InputKind::not_gone:
                return left_over;
            default:
                return true;
        }
    }
};

bool may_have_timer(ServerState state, const LifecyclePolicy& policy) {
    if (state == ServerState::running) return policy.rest == LifecyclePolicy::Rest::when_idle;
    return state == ServerState::starting || state == ServerState::stopping || state == ServerState::waiting;
}

void check_sleep(const Life& life, const LifecyclePolicy& policy) {
    const bool is_lazy = policy.rest == LifecyclePolicy::Rest::when_idle;
    if (life.reason == Reason::asleep) {
        REQUIRE(is_lazy);
        REQUIRE(life.state == ServerState::stopped);
        REQUIRE(life.desired == Desired::up);
    }
    // In use it has no idle time; unused it always has one.
    if (life.state == ServerState::running && is_lazy) REQUIRE(life.timer.has_value() != life.in_use);
}

void check_invariants(const Life& life, const LifecyclePolicy& policy) {
    check_sleep(life, policy);
    const bool at_rest = life.state == ServerState::stopped || life.state == ServerState::failed ||
                         life.state == ServerState::waiting;
    if (at_rest) REQUIRE(life.presence == Presence::none);
    if (life.state == ServerState::running) REQUIRE(life.presence == Presence::alive);
    if (life.state == ServerState::waiting) REQUIRE(life.timer.has_value());
    if (life.timer) REQUIRE(may_have_timer(life.state, policy));
    if (life.state == ServerState::starting) REQUIRE(life.presence != Presence::none);
    if (life.state == ServerState::waiting || life.state == ServerState::starting) {
        REQUIRE(life.desired == Desired::up);
    }
    REQUIRE(life.failures.size() <= 1000);
}

void live(std::uint64_t seed, bool only_what_can_happen) {
    Random random(seed);
    const LifecyclePolicy policy = any_policy(random);
    const Timing timing;
    Life life;
    World world;
    Moment now{1000s};
    for (int turn = 0; turn < 400; ++turn) {
        now += Duration(below(random, 4) == 0 ? below(random, 90'000) : below(random, 50));
        const Input input = any_input(random);
        if (only_what_can_happen) {
            const World before = world;
            // Taking over happens once, before anything is started.
            const bool too_late = input.kind == InputKind::adopted && life.state != ServerState::stopped;
            if (too_late || !world.happens(input)) {
                world = before;
                continue;
            }
        }
        const Presence presence_before = life.presence;
        const bool was_idle = life.ending == Ending::idle;
        const bool ended_now = input.kind == InputKind::gone || input.kind == InputKind::launch_failed;
        for (const Action action : decide(life, input, policy, timing, now)) {
            if (action != Action::launch) continue;
            REQUIRE(life.desired == Desired::up);
            if (!ended_now) REQUIRE(presence_before == Presence::none);
            if (only_what_can_happen) {
                REQUIRE(world.instances() == 0);
                world.launching = true;
            }
        }
        if (!was_idle && life.ending == Ending::idle) {
            const bool never_stopped = input.kind != InputKind::deadline;
            REQUIRE((never_stopped || !life.in_use));
        }
        check_invariants(life, policy);
        if (only_what_can_happen) REQUIRE(world.instances() <= 1);
    }
}

}  // namespace

TEST_CASE("After any inputs that can happen there is at most one instance and one timer") {
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        CAPTURE(seed);
        live(seed, true);
    }
}

TEST_CASE("Inputs that cannot happen never break the table") {
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        CAPTURE(seed);
        live(seed, false);
    }
}

TEST_CASE("A server that is to be down comes to rest whatever happened before") {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const LifecyclePolicy policy = any_policy(random);
        const Timing timing;
        Life life;
        Moment now{1000s};
        for (unsigned turn = below(random, 100); turn > 0; --turn) {
            now += Duration(below(random, 30'000));
            decide(life, any_input(random), policy, timing, now);
        }
        Input input;
        input.kind = InputKind::stop;
        decide(life, input, policy, timing, now);
        // The process obeys: whatever is under way ends.
        for (const InputKind kind : {InputKind::launched, InputKind::exited, InputKind::gone}) {
            input.kind = kind;
            for (const Action action : decide(life, input, policy, timing, now))
                REQUIRE(action != Action::launch);
        }
        REQUIRE(life.state == ServerState::stopped);
        REQUIRE(life.presence == Presence::none);
        REQUIRE_FALSE(life.timer.has_value());
    }
}
