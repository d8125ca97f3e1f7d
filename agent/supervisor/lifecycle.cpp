#include "agent/supervisor/lifecycle.hpp"

#include "agent/supervisor/lifecycle_moves.hpp"

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

using namespace lifecycle;

// ---- the rows ----

void on_start(Turn& turn) {
    turn.life.desired = Desired::up;
    turn.life.asked = true;
    forget_failures(turn);
    if (is_lazy(turn)) return fall_asleep(turn);
    launch_afresh(turn);
}

void on_start_automatically(Turn& turn) {
    turn.life.desired = Desired::up;
    turn.life.asked = false;
    if (is_lazy(turn)) return fall_asleep(turn);
    if (!turn.life.failures.empty()) return go_on_after_failures(turn);
    launch_afresh(turn);
    turn.life.reason = Reason::none;
}

/// In a crash loop a request is no reason to try sooner than the table would.
bool may_be_woken(const Turn& turn) {
    const Life& life = turn.life;
    if (life.desired == Desired::down) return false;
    if (life.reason != Reason::crash_loop || life.failures.empty()) return true;
    return life.state == ServerState::failed && turn.policy.limit == 0 &&
           turn.now >= life.failures.back() + turn.timing.backoff_ceiling;
}

void on_wake(Turn& turn) {
    if (may_be_woken(turn)) launch_woken(turn);
}

void on_wake_while_stopping(Turn& turn) {
    Life& life = turn.life;
    if (life.desired == Desired::down) return;
    // Any other end is the business of those who wait for it: they are told how it ended.
    if (life.ending != Ending::idle) return;
    life.asked = true;
    life.ending = Ending::restarted;
    if (life.reason != Reason::stuck) life.reason = Reason::restarting;
}

void on_held(Turn& turn) {
    turn.life.in_use = true;
    if (turn.life.state == ServerState::running) arm_idle(turn);
}

void on_released(Turn& turn) {
    turn.life.in_use = false;
    if (turn.life.state == ServerState::running) arm_idle(turn);
}

void on_redefined_asleep(Turn& turn) {
    if (turn.life.reason != Reason::asleep || is_lazy(turn)) return;
    turn.life.asked = false;
    launch_afresh(turn);
    turn.life.reason = Reason::none;
}

void on_redefined_running(Turn& turn) {
    arm_idle(turn);
}

void want_up(Turn& turn) {
    turn.life.desired = Desired::up;
}

void on_stop_at_rest(Turn& turn) {
    turn.life.desired = Desired::down;
    rest(turn, ServerState::stopped, Reason::none);
}

void on_adopted(Turn& turn) {
    const bool may_become = turn.policy.readiness == LifecyclePolicy::Readiness::reported;
    if (turn.input.was_ready || !may_become) return become_ready(turn);
    rest(turn, ServerState::starting, Reason::none);
    turn.life.presence = Presence::alive;
    turn.life.timer = turn.now + turn.policy.start_timeout;
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
    if (is_lazy(turn) || turn.policy.restart == RestartMode::never || (life.asked && !heals)) {
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

void on_idle_deadline(Turn& turn) {
    if (timer_passed(turn) && is_lazy(turn) && !turn.life.in_use) begin_stop(turn, Ending::idle);
}

void on_start_deadline(Turn& turn) {
    if (timer_passed(turn)) begin_stop(turn, Ending::start_timeout);
}

/// Once: whoever has failed before may well be broken.
bool was_hurt_by_question(const Turn& turn) {
    return turn.input.era_asked && !turn.life.was_ready && turn.life.failures.empty();
}

void on_not_ready(Turn& turn) {
    if (turn.life.presence != Presence::alive) return;
    begin_stop(turn, was_hurt_by_question(turn) ? Ending::era_asked : Ending::not_ready);
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
    if (was_hurt_by_question(turn)) life.ending = Ending::era_asked;
    turn.actions.push_back(Action::clean_up);
}

void on_unhealthy(Turn& turn) {
    if (turn.policy.unhealthy == LifecyclePolicy::Unhealthy::restart) begin_stop(turn, Ending::unhealthy);
}

void on_restart_while_stopping(Turn& turn) {
    Life& life = turn.life;
    life.desired = Desired::up;
    life.asked = true;
    life.ending = Ending::restarted;
    if (life.reason != Reason::stuck) life.reason = Reason::restarting;
}

void on_start_while_stopping(Turn& turn) {
    if (!is_lazy(turn)) return on_restart_while_stopping(turn);
    Life& life = turn.life;
    life.desired = Desired::up;
    if (life.ending != Ending::asked) return;
    life.ending = Ending::idle;
    if (life.reason != Reason::stuck) life.reason = Reason::idle;
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

// In the order of InputKind:
//   start, start_automatically, stop, restart,
//   adopted, launched, launch_failed,
//   ready, not_ready, unhealthy,
//   exited, gone, not_gone, deadline,
//   wake, held, released, redefined
// clang-format off
constexpr Rows stopped_rows{
    on_start, on_start_automatically, on_stop_at_rest, on_start,
    on_adopted, same, same,
    same, same, same,
    same, same, same, same,
    on_wake, on_held, on_released, on_redefined_asleep};
constexpr Rows starting_rows{
    want_up, want_up, on_stop, on_restart,
    same, on_launched, on_launch_failed,
    on_ready, on_not_ready, same,
    on_exited, same, same, on_start_deadline,
    same, on_held, on_released, same};
constexpr Rows running_rows{
    want_up, want_up, on_stop, on_restart,
    same, same, same,
    same, on_not_ready, on_unhealthy,
    on_exited, same, same, on_idle_deadline,
    same, on_held, on_released, on_redefined_running};
constexpr Rows stopping_rows{
    on_start_while_stopping, same, on_stop_while_stopping, on_restart_while_stopping,
    same, on_launched_while_stopping, on_launch_failed_while_stopping,
    same, same, same,
    on_exited_while_stopping, on_gone, on_not_gone, on_stop_deadline,
    on_wake_while_stopping, on_held, on_released, same};
constexpr Rows waiting_rows{
    on_start, same, on_stop_at_rest, on_start,
    same, same, same,
    same, same, same,
    same, same, same, on_retry_deadline,
    on_wake, on_held, on_released, same};
constexpr Rows failed_rows{
    on_start, on_start_automatically, on_stop_at_rest, on_start,
    same, same, same,
    same, same, same,
    same, same, same, same,
    on_wake, on_held, on_released, same};
// clang-format on

// In the order of ServerState.
constexpr std::array<const Rows*, 6> table{&stopped_rows,  &starting_rows, &running_rows,
                                           &stopping_rows, &waiting_rows,  &failed_rows};

}  // namespace

Actions decide(Life& life, const Input& input, const LifecyclePolicy& policy, const Timing& timing,
               Moment now) {
    const Row row = (*table[static_cast<std::size_t>(life.state)])[static_cast<std::size_t>(input.kind)];
    if (row == same) return {};
    Turn turn{life, input, policy, timing, now};
    row(turn);
    return std::move(turn.actions);
}

}  // namespace mcpm
