// May this process ask on the socket? A server runs as the agent's user, so whose the peer is says nothing:
// what comes from a server's control group or process tree is refused, unless its definition says `api:
// allow`. Pure; the facts are the listener's (agent/http/peer_process.hpp) and the supervisor's.
#pragma once

#include "agent/http/message.hpp"
#include "common/error.hpp"
#include "common/server_status.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::door {

/// What is known of the servers; asked only for a peer that may be of one.
struct CallerFacts {
    uid_t own_uid = 0;
    pid_t keeper_pid = 0;
    /// What the agent itself started to be asked by it.
    std::function<bool(int pid)> is_own_command = {};
    /// Whose run has one of these as its first process.
    std::function<std::optional<ServerOutline>(const std::vector<int>& pids)> server_of_pids;
    /// By id.
    std::function<std::optional<ServerOutline>(std::string_view id)> server_by_id;
};

/// The server's id in the path of a control group that the agent made; empty when there is none.
std::string_view server_of_cgroup(std::string_view path);

/// Why the peer may not ask; nothing when it may. A child of the keeper's that is nobody's run is refused
/// too: a server left it behind. So is a process of this user that had ended before it was looked at, and may
/// have handed its connection on.
std::optional<Error> refuse_server(const http::Peer& peer, const CallerFacts& facts);

/// " (mcpm, pid 4321)", for events; empty without a process.
std::string process_in_words(const http::Peer& peer);

}  // namespace mcpm::door
