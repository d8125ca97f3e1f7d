#include "agent/supervisor/lifecycle_moves.hpp"

#include <algorithm>
#include <cstddef>

namespace mcpm::lifecycle {

namespace {

constexpr std::size_t most_failures = 1000;

void launch(Turn& turn) {
    Life& life = turn.life;
    life.state = ServerState::starting;
    life.presence = Presence::launching;
    life.ending = Ending::none;
    life.step = StopStep::none;
    life.was_ready = false;
    life.timer.reset();
    life.reason = life.asked ? Reason::none : Reason::restarting;
    turn.actions.push_back(Action::launch);
}

Duration jittered(Duration delay, double chance) {
    const double factor = 0.8 + 0.4 * std::clamp(chance, 0.0, 1.0);
    return Duration(static_cast<Duration::rep>(static_cast<double>(delay.count()) * factor));
}

Reason reason_of(Ending ending) {
    switch (ending) {
        case Ending::start_timeout:
            return Reason::start_timeout;
        case Ending::not_ready:
            return Reason::not_ready;
        case Ending::unhealthy:
            return Reason::unhealthy;
        case Ending::restarted:
            return Reason::restarting;
        case Ending::idle:
            return Reason::idle;
        default:
            return Reason::none;
    }
}

unsigned failures_within(const Life& life, Duration window, Moment now) {
    return static_cast<unsigned>(std::count_if(life.failures.begin(), life.failures.end(),
                                               [&](Moment at) { return now - at < window; }));
}

void note_failure(Turn& turn) {
    Life& life = turn.life;
    const Duration kept = std::max(turn.policy.window, turn.timing.crash_window);
    std::erase_if(life.failures, [&](Moment at) { return turn.now - at >= kept; });
    if (life.failures.size() == most_failures) life.failures.erase(life.failures.begin());
    life.failures.push_back(turn.now);
}

/// Halves the count for every healthy step; true when there was at least one.
bool credit_health(Turn& turn) {
    Life& life = turn.life;
    if (!life.was_ready || turn.timing.healthy_step.count() <= 0) return false;
    const auto steps = (life.ended_at - life.ready_since) / turn.timing.healthy_step;
    if (steps < 1) return false;
    life.attempts = steps >= 32 ? 0 : life.attempts >> steps;
    return true;
}

void announce_crash_loop(Turn& turn) {
    if (!turn.life.crash_loop) turn.actions.push_back(Action::announce_crash_loop);
    turn.life.crash_loop = true;
}

}  // namespace

void forget_failures(Turn& turn) {
    Life& life = turn.life;
    life.attempts = 0;
    life.restarts = 0;
    life.crash_loop = false;
    life.failures.clear();
}

void launch_afresh(Turn& turn) {
    forget_failures(turn);
    launch(turn);
}

void launch_woken(Turn& turn) {
    turn.life.asked = true;
    launch(turn);
}

void go_on_after_failures(Turn& turn) {
    Life& life = turn.life;
    const bool is_over_limit =
        turn.policy.limit > 0 && failures_within(life, turn.policy.window, turn.now) >= turn.policy.limit;
    const bool is_loop = failures_within(life, turn.timing.crash_window, turn.now) >= turn.timing.crash_exits;
    if (!is_over_limit && !is_loop) return launch_again(turn);
    announce_crash_loop(turn);
    if (is_over_limit) return rest(turn, ServerState::failed, Reason::crash_loop);
    const auto passed = std::chrono::duration_cast<Duration>(turn.now - life.failures.back());
    wait_for_retry(turn, std::max(Duration(0), turn.timing.backoff_ceiling - passed), Reason::crash_loop);
}

bool is_lazy(const Turn& turn) {
    return turn.policy.rest == LifecyclePolicy::Rest::when_idle;
}

void fall_asleep(Turn& turn) {
    rest(turn, ServerState::stopped, Reason::asleep);
}

void arm_idle(Turn& turn) {
    Life& life = turn.life;
    life.timer.reset();
    if (is_lazy(turn) && !life.in_use) {
        life.timer = turn.now + std::min(turn.policy.idle_timeout, turn.timing.longest_idle);
    }
}

void launch_again(Turn& turn) {
    turn.life.asked = false;
    ++turn.life.restarts;
    launch(turn);
}

void rest(Turn& turn, ServerState state, Reason reason) {
    turn.life.state = state;
    turn.life.reason = reason;
    turn.life.step = StopStep::none;
    turn.life.timer.reset();
}

Duration backoff(const Timing& timing, unsigned attempt) {
    if (attempt == 0) return Duration(0);
    Duration delay = timing.backoff_first;
    for (unsigned step = 1; step < attempt && delay < timing.backoff_ceiling; ++step) delay *= 2;
    return std::min(delay, timing.backoff_ceiling);
}

void wait_for_retry(Turn& turn, Duration delay, Reason reason) {
    rest(turn, ServerState::waiting, reason);
    turn.life.timer = turn.now + jittered(delay, turn.input.chance);
}

void become_ready(Turn& turn) {
    Life& life = turn.life;
    rest(turn, ServerState::running, Reason::none);
    life.presence = Presence::alive;
    life.was_ready = true;
    life.ready_since = turn.now;
    arm_idle(turn);
}

// ---- the stop sequence ----

void first_step(Turn& turn) {
    Life& life = turn.life;
    life.stop_began = turn.now;
    if (turn.policy.first_step == LifecyclePolicy::FirstStep::close_input) {
        life.step = StopStep::close_input;
        life.timer = turn.now + std::min(turn.timing.close_input, turn.policy.stop_timeout);
        turn.actions.push_back(Action::close_input);
    } else {
        life.step = StopStep::terminate;
        life.timer = turn.now + turn.policy.stop_timeout;
        turn.actions.push_back(Action::terminate);
    }
}

void next_step(Turn& turn) {
    Life& life = turn.life;
    if (life.step == StopStep::close_input) {
        life.step = StopStep::terminate;
        life.timer = std::max(turn.now, life.stop_began + turn.policy.stop_timeout);
        turn.actions.push_back(Action::terminate);
    } else {
        life.step = StopStep::kill;
        life.timer = turn.now + turn.timing.kill_grace;
        turn.actions.push_back(Action::kill);
    }
}

void begin_stop(Turn& turn, Ending ending) {
    Life& life = turn.life;
    rest(turn, ServerState::stopping, reason_of(ending));
    life.ending = ending;
    // While the launch is still under way there is nothing to signal; its outcome comes as an input.
    if (life.presence == Presence::alive) first_step(turn);
}

// ---- after the end ----

namespace {

void give_up_or_retry(Turn& turn) {
    Life& life = turn.life;
    const bool in_time = life.ending == Ending::crashed || life.ending == Ending::completed;
    if (turn.policy.restart == RestartMode::never) {
        return rest(turn, ServerState::failed, in_time ? Reason::exited : reason_of(life.ending));
    }
    const bool healthy = credit_health(turn);
    note_failure(turn);
    if (turn.policy.limit > 0 && failures_within(life, turn.policy.window, turn.now) >= turn.policy.limit) {
        announce_crash_loop(turn);
        return rest(turn, ServerState::failed, Reason::crash_loop);
    }
    const unsigned index = healthy ? 0 : std::max(life.attempts, life.was_ready ? 0U : 1U);
    life.attempts = std::max(life.attempts, index) + 1;
    if (failures_within(life, turn.timing.crash_window, turn.now) >= turn.timing.crash_exits) {
        announce_crash_loop(turn);
        return wait_for_retry(turn, turn.timing.backoff_ceiling, Reason::crash_loop);
    }
    life.crash_loop = false;
    if (index == 0) return launch_again(turn);
    wait_for_retry(turn, backoff(turn.timing, index), in_time ? Reason::restarting : reason_of(life.ending));
}

/// A lazy server is not started for nobody: who uses it has it back, all others wake it when they need it.
void end_lazy(Turn& turn) {
    Life& life = turn.life;
    if (life.ending == Ending::idle || life.ending == Ending::completed) return fall_asleep(turn);
    const bool is_wanted = life.in_use && turn.policy.restart != RestartMode::never;
    if (life.was_ready && is_wanted) return give_up_or_retry(turn);
    note_failure(turn);
    if (failures_within(life, turn.timing.crash_window, turn.now) >= turn.timing.crash_exits) {
        announce_crash_loop(turn);
        return rest(turn, ServerState::failed, Reason::crash_loop);
    }
    life.crash_loop = false;
    if (life.was_ready) return fall_asleep(turn);
    rest(turn, ServerState::failed, life.ending == Ending::crashed ? Reason::exited : reason_of(life.ending));
}

}  // namespace

void finish_end(Turn& turn) {
    Life& life = turn.life;
    life.presence = Presence::none;
    if (life.desired == Desired::down) return rest(turn, ServerState::stopped, Reason::none);
    // Of the same start, for whoever waits for it.
    if (life.ending == Ending::era_asked) return launch(turn);
    if (life.ending == Ending::asked || life.ending == Ending::restarted) return launch_afresh(turn);
    if (is_lazy(turn)) return end_lazy(turn);
    // A server that was being put to sleep, and is not lazy any more.
    if (life.ending == Ending::idle) return launch_afresh(turn);
    if (life.ending == Ending::completed && turn.policy.restart != RestartMode::always) {
        return rest(turn, ServerState::stopped, Reason::completed);
    }
    give_up_or_retry(turn);
}

}  // namespace mcpm::lifecycle
