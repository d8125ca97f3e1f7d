// What a spec says about a life, and the words a life is told in.
#include "agent/supervisor/lifecycle.hpp"

#include <array>

namespace mcpm {

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
    // An engine cannot close a container's input.
    if (spec.type == ServerType::container) policy.first_step = LifecyclePolicy::FirstStep::terminate;
    if (spec.lazy) policy.rest = LifecyclePolicy::Rest::when_idle;
    policy.idle_timeout = spec.idle_timeout;
    if (spec.health.restart_when_unhealthy) policy.unhealthy = LifecyclePolicy::Unhealthy::restart;
    return policy;
}

std::string_view text_of(Ending ending) {
    constexpr std::array<std::string_view, 10> names{"",        "asked",         "restarted", "completed",
                                                     "crashed", "start-timeout", "not-ready", "unhealthy",
                                                     "idle",    "era-asked"};
    return names[static_cast<std::size_t>(ending)];
}

std::string_view text_of(Reason reason) {
    constexpr std::array<std::string_view, 12> names{
        "",          "restarting", "crash-loop", "start-failed", "start-timeout", "not-ready",
        "unhealthy", "exited",     "completed",  "stuck",        "idle",          "asleep"};
    return names[static_cast<std::size_t>(reason)];
}

}  // namespace mcpm
