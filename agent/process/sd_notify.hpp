// The two small protocols of systemd that a service speaks: readiness (sd_notify(3)) and socket activation
// (sd_listen_fds(3)). No library: one datagram and two variables.
#pragma once

#include <string_view>
#include <vector>

namespace mcpm {

/// Sends `state` ("READY=1", "STOPPING=1", "STATUS=…", lines joined by \n) to $NOTIFY_SOCKET. Without one, or
/// when it cannot be reached, nothing happens. The unit needs NotifyAccess=all: the agent is the keeper's
/// child.
void sd_notify_state(std::string_view state);

/// Descriptors passed by socket activation (3, 4, …), made close-on-exec; empty unless LISTEN_PID is this
/// process. Clears the variables, so that no child believes them.
std::vector<int> take_activation_descriptors();

}  // namespace mcpm
