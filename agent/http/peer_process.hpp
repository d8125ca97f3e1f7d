// Who asks on the unix socket, as the kernel and /proc tell it of the moment when the connection was taken: a
// pid may be another's a second later.
#pragma once

#include "agent/http/message.hpp"

#include <string>
#include <string_view>

namespace mcpm::http {

/// What cannot be read stays empty.
PeerProcess look_at_process(pid_t pid);

/// The parent in a line of /proc/PID/stat; 0 when it is none. A name may hold spaces and brackets. Pure.
pid_t parent_in_stat(std::string_view stat);
/// The path in /proc/PID/cgroup: of the unified hierarchy, else of the first one. Pure.
std::string cgroup_in(std::string_view text);

}  // namespace mcpm::http
