// One life under test, with its policy and its clock.
#pragma once

#include "agent/supervisor/lifecycle.hpp"

#include <doctest/doctest.h>

#include <string>

namespace mcpm::test {

using namespace std::chrono_literals;

/// A life, its policy and a clock that only moves when told.
struct Subject {
    Life life = {};
    LifecyclePolicy policy = {};
    Timing timing = {};
    Moment now{1000s};
    double chance = 0.5;

    Actions feed(InputKind kind, Input::Cure cure = Input::Cure::none) {
        Input input;
        input.kind = kind;
        input.cure = cure;
        input.chance = chance;
        return decide(life, input, policy, timing, now);
    }
    Actions exits(int code) {
        Input input;
        input.kind = InputKind::exited;
        input.exit = Exit{code, {}, false, {}};
        input.chance = chance;
        return decide(life, input, policy, timing, now);
    }
    Actions passes(Duration time) {
        now += time;
        return feed(InputKind::deadline);
    }
    Duration until_timer() const { return std::chrono::duration_cast<Duration>(*life.timer - now); }

    Subject& starting() {
        feed(InputKind::start);
        return *this;
    }
    Subject& launched() {
        starting();
        feed(InputKind::launched);
        return *this;
    }
    Subject& running() {
        launched();
        feed(InputKind::ready);
        return *this;
    }
    Subject& waiting() {
        launched();
        exits(1);
        feed(InputKind::gone);
        return *this;
    }
    Subject& failed() {
        starting();
        feed(InputKind::launch_failed);
        return *this;
    }
    /// One crash of a server that is running; nothing is left of it.
    Actions crash() {
        exits(1);
        return feed(InputKind::gone);
    }
    /// From waiting or starting to running again.
    void comes_back() {
        if (life.state == ServerState::waiting) passes(until_timer());
        feed(InputKind::launched);
        feed(InputKind::ready);
    }
};

inline const Actions nothing{};
inline Actions only(Action action) {
    return {action};
}

}  // namespace mcpm::test
