// THE decision table of one server: (life, input, policy, now) -> life + actions. Pure: time and chance are
// passed in; it touches no clock, no process and no file. Server (the shell) feeds it and obeys it.
// Cleaning up after an exit is part of `stopping`: nothing is launched before the last run is gone.
//
// A server whose policy lets it sleep (`lazy`) rests in `stopped` with the reason `asleep` and desired up. A
// wake launches it; when nobody has used it for the idle time it is stopped and asleep again.
//
// clang-format off
// | state                     | input               | next                           | actions              |
// |---------------------------|---------------------|--------------------------------|----------------------|
// | stopped, failed, waiting  | start, restart      | starting                       | launch, counts begin |
// |                           |                     |                                | afresh               |
// |                           |                     | stopped (asleep), when lazy    | counts begin afresh  |
// | stopped, failed           | start_automatically | the same, but what failed is   | launch               |
// |                           |                     | remembered: in a crash loop    | announce_crash_loop  |
// |                           |                     | waiting or failed              |                      |
// | stopped, failed, waiting, | wake                | starting, unless it is in a    | launch               |
// | desired up                |                     | crash loop                     |                      |
// | stopped (asleep)          | redefined, lazy no  | starting                       | launch               |
// |                           | more                |                                |                      |
// | stopped                   | adopted             | running, or starting with its  | -                    |
// |                           |                     | deadline: it was not ready yet |                      |
// | stopped, failed, waiting  | stop                | stopped                        | -                    |
// | starting                  | launched            | starting, with its deadline    | -                    |
// |                           |                     | running, without readiness     | -                    |
// | starting                  | ready               | running                        | -                    |
// | starting                  | launch_failed       | failed (lazy, policy never, or | -                    |
// |                           |                     | asked and only somebody can    |                      |
// |                           |                     | it), else waiting: back-off,   |                      |
// |                           |                     | or the ceiling when time will  |                      |
// |                           |                     | not heal it                    |                      |
// | starting                  | deadline            | stopping (start timeout)       | first step           |
// | starting, running         | not_ready           | stopping (not ready)           | first step           |
// | starting                  | not_ready, exited   | stopping (era asked), then     | first step, clean_up |
// |                           | when its era was    | starting as if nothing had     |                      |
// |                           | asked               | been                           |                      |
// | starting, running         | stop, restart       | stopping (down, up)            | first step           |
// | starting, running         | exited              | stopping (crashed; completed   | clean_up             |
// |                           |                     | when it had been ready and     |                      |
// |                           |                     | said 0)                        |                      |
// | running                   | unhealthy           | stopping, if policy says so    | first step           |
// | running, lazy             | released, redefined | the same, its idle time begins | -                    |
// | running                   | held; redefined,    | the same, no idle time         | -                    |
// |                           | lazy no more        |                                |                      |
// | running, lazy, not in use | deadline            | stopping (idle)                | first step           |
// | starting, running         | start               | the same, desired up           | -                    |
// | stopping                  | start, restart/stop | stopping, then up / down; lazy | -                    |
// |                           |                     | and started: then asleep       |                      |
// | stopping (idle, asked);   | wake                | stopping, then up              | -                    |
// | desired up                |                     |                                |                      |
// | stopping                  | launched            | stopping                       | first step           |
// | stopping                  | deadline            | stopping                       | next, harder step /  |
// |                           |                     |                                | clean_up             |
// | stopping                  | exited              | stopping                       | clean_up             |
// | stopping                  | not_gone            | stopping (retried)             | -                    |
// | stopping                  | gone, launch_failed | stopped, starting (asked, or   | launch,              |
// |                           |                     | restarted at once), waiting    | announce_crash_loop  |
// |                           |                     | (back-off) or failed           | (once)               |
// |                           |                     | lazy: asleep (idle, completed, |                      |
// |                           |                     | or crashed and not in use),    |                      |
// |                           |                     | failed (never was ready), else |                      |
// |                           |                     | as above                       |                      |
// | waiting                   | deadline            | starting                       | launch               |
// `held` and `released` say in every state whether it is in use. Everything else changes nothing.
// clang-format on
#pragma once

#include "common/reason.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mcpm {

using Moment = std::chrono::steady_clock::time_point;

/// Every duration supervision uses that is not in a spec; tests pass shorter ones.
struct Timing {
    Duration close_input{2000};  // from closing stdin to TERM
    Duration kill_grace{5000};   // from KILL to asking again
    Duration backoff_first{500};
    Duration backoff_ceiling{60'000};
    Duration healthy_step{60'000};  // of health, after which the back-off counts for half
    Duration crash_window{120'000};
    unsigned crash_exits = 5;       // in crash_window: a crash loop
    Duration clean_up_again{5000};  // when something would not die
    Duration sweep_limit{5000};
    Duration drain_limit{2000};                           // for the last log lines of a run
    Duration save_limit{5000};                            // for the store, before start and stop answer
    Duration longest_idle = std::chrono::hours(24 * 30);  // an idleTimeout is at most this
};

/// The part of a spec that decides about its life.
struct LifecyclePolicy {
    enum class Readiness { at_once, reported };
    enum class FirstStep { close_input, terminate };
    enum class Unhealthy { ignore, restart };
    enum class Rest { never, when_idle };

    RestartMode restart = RestartMode::on_failure;
    unsigned limit = 0;
    Duration window{120'000};
    Duration stop_timeout{10'000};
    Duration start_timeout{60'000};
    Readiness readiness = Readiness::reported;
    FirstStep first_step = FirstStep::close_input;
    Unhealthy unhealthy = Unhealthy::ignore;
    Rest rest = Rest::never;  // when_idle: it sleeps until it is needed, and again when it is idle
    Duration idle_timeout{300'000};
};
LifecyclePolicy policy_of(const ServerSpec& spec);

enum class InputKind {
    start,                // somebody asks
    start_automatically,  // the agent asks, at its start
    stop,
    restart,
    adopted,  // an instance of a previous agent was taken over
    launched,
    launch_failed,
    ready,
    not_ready,
    unhealthy,
    exited,
    gone,      // nothing of the run is left
    not_gone,  // something of it would not die
    deadline,
    wake,       // somebody needs it running now
    held,       // the server is in use
    released,   // nobody uses the server any more
    redefined,  // the policy of restarts may have changed
};
inline constexpr std::size_t input_kinds = 18;

struct Input {
    InputKind kind = InputKind::deadline;
    enum class Cure { none, time };
    Cure cure = Cure::none;  // launch_failed: time may heal it (no memory), or only somebody (no such file)
    std::optional<Exit> exit = {};
    double chance = 0.5;    // [0, 1): for jitter
    bool was_ready = true;  // adopted: it had been ready before
    /// exited, not_ready: it could not bear to be asked for its protocol era; the next start asks otherwise.
    bool era_asked = false;
};

enum class Action { launch, close_input, terminate, kill, clean_up, announce_crash_loop };

/// What there is of an instance.
enum class Presence { none, launching, alive, ended };
enum class StopStep { none, close_input, terminate, kill };

struct Life {
    ServerState state = ServerState::stopped;
    Desired desired = Desired::down;
    Presence presence = Presence::none;
    Ending ending = Ending::none;
    Reason reason = Reason::none;
    StopStep step = StopStep::none;
    bool asked = false;       // the start under way was asked for, not automatic
    bool was_ready = false;   // in this run
    bool crash_loop = false;  // announced
    bool in_use = false;      // not put to sleep
    unsigned attempts = 0;    // index of the next back-off
    unsigned restarts = 0;    // since somebody started it
    Moment stop_began{};
    Moment ready_since{};
    Moment ended_at{};
    std::optional<Moment> timer = {};   // the one armed timer
    std::vector<Moment> failures = {};  // within the longer of the two windows; bounded
};

using Actions = std::vector<Action>;

/// Applies one input. `life` is changed; what has to be done is returned, in order.
Actions decide(Life& life, const Input& input, const LifecyclePolicy& policy, const Timing& timing,
               Moment now);

}  // namespace mcpm
