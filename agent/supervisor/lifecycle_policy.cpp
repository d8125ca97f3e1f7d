// What a spec says about a life.
#include "agent/supervisor/lifecycle.hpp"

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

}  // namespace mcpm
