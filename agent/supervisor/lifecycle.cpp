#include "agent/supervisor/lifecycle.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm {

namespace {

constexpr std::size_t most_failures = 1000;

struct Turn {
    Life& life;
    const Input& input;
    const LifecyclePolicy& policy;
    const Timing& timing;
    Moment now;
    Actions actions = {};
};

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

void launch_afresh(Turn& turn) {
    Life& life = turn.life;
    life.attempts = 0;
    life.restarts = 0;
    life.crash_loop = false;
    life.failures.clear();
    launch(turn);
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

Duration jittered(Duration delay, double chance) {
    const double factor = 0.8 + 0.4 * std::clamp(chance, 0.0, 1.0);
    return Duration(static_cast<Duration::rep>(static_cast<double>(delay.count()) * factor));
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
        default:
            return Reason::none;
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

void finish_end(Turn& turn) {
    Life& life = turn.life;
    life.presence = Presence::none;
    if (life.desired == Desired::down) return rest(turn, ServerState::stopped, Reason::none);
    if (life.ending == Ending::asked || life.ending == Ending::restarted) return launch_afresh(turn);
    if (life.ending == Ending::completed && turn.policy.restart != RestartMode::always) {
        return rest(turn, ServerState::stopped, Reason::completed);
    }
    give_up_or_retry(turn);
}

// ---- the rows ----

void on_start(Turn& turn) {
    turn.life.desired = Desired::up;
    turn.life.asked = true;
    launch_afresh(turn);
}

void on_start_automatically(Turn& turn) {
    turn.life.desired = Desired::up;
    turn.life.asked = false;
    launch_afresh(turn);
    turn.life.reason = Reason::none;
}

void want_up(Turn& turn) {
    turn.life.desired = Desired::up;
}

void on_stop_at_rest(Turn& turn) {
    turn.life.desired = Desired::down;
    rest(turn, ServerState::stopped, Reason::none);
}

void on_adopted(Turn& turn) {
    become_ready(turn);
}

void on_launched(Turn& turn) {
    if (turn.life.presence != Presence::launching) return;
    turn.life.presence = Presence::alive;
    if (turn.policy.readiness == LifecyclePolicy::Readiness::at_once) return become_ready(turn);
    turn.life.timer = turn.now + turn.policy.start_timeout;
}

void on_ready(Turn& turn) {
    if (turn.life.presence == Presence::alive) become_ready(turn);
}

void on_launch_failed(Turn& turn) {
    Life& life = turn.life;
    if (life.presence != Presence::launching) return;
    life.presence = Presence::none;
    const bool heals = turn.input.cure == Input::Cure::time;
    if (turn.policy.restart == RestartMode::never || (life.asked && !heals)) {
        return rest(turn, ServerState::failed, Reason::start_failed);
    }
    life.attempts = std::max(life.attempts, 1U);
    const Duration delay = heals ? backoff(turn.timing, life.attempts) : turn.timing.backoff_ceiling;
    ++life.attempts;
    wait_for_retry(turn, delay, Reason::start_failed);
}

bool timer_passed(const Turn& turn) {
    return turn.life.timer && turn.now >= *turn.life.timer;
}

void on_start_deadline(Turn& turn) {
    if (timer_passed(turn)) begin_stop(turn, Ending::start_timeout);
}

void on_not_ready(Turn& turn) {
    if (turn.life.presence == Presence::alive) begin_stop(turn, Ending::not_ready);
}

void on_stop(Turn& turn) {
    turn.life.desired = Desired::down;
    begin_stop(turn, Ending::asked);
}

void on_restart(Turn& turn) {
    turn.life.desired = Desired::up;
    turn.life.asked = true;
    begin_stop(turn, Ending::restarted);
}

void on_exited(Turn& turn) {
    Life& life = turn.life;
    if (life.presence != Presence::alive) return;
    const bool well = turn.input.exit && turn.input.exit->code == 0;
    life.presence = Presence::ended;
    life.ended_at = turn.now;
    rest(turn, ServerState::stopping, Reason::none);
    // A server that ends before it was ready has failed, whatever its exit code says.
    life.ending = well && life.was_ready ? Ending::completed : Ending::crashed;
    turn.actions.push_back(Action::clean_up);
}

void on_unhealthy(Turn& turn) {
    if (turn.policy.unhealthy == LifecyclePolicy::Unhealthy::restart) begin_stop(turn, Ending::unhealthy);
}

void on_start_while_stopping(Turn& turn) {
    Life& life = turn.life;
    life.desired = Desired::up;
    life.asked = true;
    life.ending = Ending::restarted;
    if (life.reason != Reason::stuck) life.reason = Reason::restarting;
}

void on_stop_while_stopping(Turn& turn) {
    Life& life = turn.life;
    life.desired = Desired::down;
    if (life.ending == Ending::restarted) life.ending = Ending::asked;
    if (life.reason != Reason::stuck) life.reason = Reason::none;
}

void on_launched_while_stopping(Turn& turn) {
    if (turn.life.presence != Presence::launching) return;
    turn.life.presence = Presence::alive;
    first_step(turn);
}

void on_launch_failed_while_stopping(Turn& turn) {
    if (turn.life.presence == Presence::launching) finish_end(turn);
}

void on_exited_while_stopping(Turn& turn) {
    Life& life = turn.life;
    if (life.presence != Presence::alive) return;
    life.presence = Presence::ended;
    life.ended_at = turn.now;
    life.timer.reset();
    turn.actions.push_back(Action::clean_up);
}

void on_stop_deadline(Turn& turn) {
    if (!timer_passed(turn)) return;
    if (turn.life.presence == Presence::alive) return next_step(turn);
    turn.life.timer.reset();
    if (turn.life.presence == Presence::ended) turn.actions.push_back(Action::clean_up);
}

void on_gone(Turn& turn) {
    if (turn.life.presence == Presence::ended) finish_end(turn);
}

void on_not_gone(Turn& turn) {
    if (turn.life.presence != Presence::ended) return;
    turn.life.reason = Reason::stuck;
    turn.life.timer = turn.now + turn.timing.clean_up_again;
}

void on_retry_deadline(Turn& turn) {
    if (timer_passed(turn)) launch_again(turn);
}

using Row = void (*)(Turn&);
using Rows = std::array<Row, input_kinds>;
constexpr Row same = nullptr;

// Columns in the order of InputKind:
//   start, start_automatically, stop, restart, adopted, launched, launch_failed, ready, not_ready, unhealthy,
//   exited, gone, not_gone, deadline
constexpr Rows stopped_rows{on_start,
                            on_start_automatically,
                            on_stop_at_rest,
                            on_start,
                            on_adopted,
                            same,
                            same,
                            same,
                            same,
                            same,
                            same,
                            same,
                            same,
                            same};
constexpr Rows starting_rows{
    want_up,  want_up,      on_stop, on_restart, same, on_launched, on_launch_failed,
    on_ready, on_not_ready, same,    on_exited,  same, same,        on_start_deadline};
constexpr Rows running_rows{want_up, want_up,      on_stop,      on_restart, same, same, same,
                            same,    on_not_ready, on_unhealthy, on_exited,  same, same, same};
constexpr Rows stopping_rows{on_start_while_stopping,
                             same,
                             on_stop_while_stopping,
                             on_start_while_stopping,
                             same,
                             on_launched_while_stopping,
                             on_launch_failed_while_stopping,
                             same,
                             same,
                             same,
                             on_exited_while_stopping,
                             on_gone,
                             on_not_gone,
                             on_stop_deadline};
constexpr Rows waiting_rows{
    on_start, same, on_stop_at_rest,  on_start, same, same, same, same, same, same, same,
    same,     same, on_retry_deadline};
constexpr Rows failed_rows{on_start,
                           on_start_automatically,
                           on_stop_at_rest,
                           on_start,
                           same,
                           same,
                           same,
                           same,
                           same,
                           same,
                           same,
                           same,
                           same,
                           same};

// In the order of ServerState.
constexpr std::array<const Rows*, 6> table{&stopped_rows,  &starting_rows, &running_rows,
                                           &stopping_rows, &waiting_rows,  &failed_rows};

}  // namespace

LifecyclePolicy policy_of(const ServerSpec& spec) {
    LifecyclePolicy policy;
    policy.restart = spec.restart.mode;
    policy.limit = spec.restart.limit;
    policy.window = spec.restart.window;
    policy.stop_timeout = spec.stop_timeout;
    policy.start_timeout = spec.start_timeout;
    if (spec.transport == Transport::none) {
        policy.readiness = LifecyclePolicy::Readiness::at_once;
        policy.first_step = LifecyclePolicy::FirstStep::terminate;
    } else if (spec.transport != Transport::stdio) {
        policy.first_step = LifecyclePolicy::FirstStep::terminate;
    }
    if (spec.health.restart_when_unhealthy) policy.unhealthy = LifecyclePolicy::Unhealthy::restart;
    return policy;
}

std::string_view text_of(Ending ending) {
    constexpr std::array<std::string_view, 8> names{"",        "asked",         "restarted", "completed",
                                                    "crashed", "start-timeout", "not-ready", "unhealthy"};
    return names[static_cast<std::size_t>(ending)];
}

std::string_view text_of(Reason reason) {
    constexpr std::array<std::string_view, 10> names{
        "",          "restarting", "crash-loop", "start-failed", "start-timeout",
        "not-ready", "unhealthy",  "exited",     "completed",    "stuck"};
    return names[static_cast<std::size_t>(reason)];
}

Actions decide(Life& life, const Input& input, const LifecyclePolicy& policy, const Timing& timing,
               Moment now) {
    const Row row = (*table[static_cast<std::size_t>(life.state)])[static_cast<std::size_t>(input.kind)];
    if (row == same) return {};
    Turn turn{life, input, policy, timing, now};
    row(turn);
    return std::move(turn.actions);
}

}  // namespace mcpm
