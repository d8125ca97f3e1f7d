#include "agent/door/callers.hpp"

#include "common/shell_words.hpp"

#include <algorithm>

namespace mcpm::door {

namespace {

/// Below pid 1 are all orphans of a machine, not only ours.
bool is_below_keeper(const http::PeerProcess& process, pid_t keeper_pid) {
    const auto& line = process.ancestry;
    return keeper_pid > 1 && std::find(line.begin(), line.end(), keeper_pid) != line.end();
}

std::string named(const http::PeerProcess& process) {
    std::string name;
    for (const char c : process.program) name += c >= ' ' && c < 0x7F ? c : '?';
    return name.empty() ? "unknown" : name;
}

}  // namespace

std::string_view server_of_cgroup(std::string_view path) {
    constexpr std::string_view ours = "/mcpm-";
    constexpr std::size_t id_length = 16;  // "srv_" and twelve more
    std::string_view deepest;              // an agent may run in a server of another one
    for (auto at = path.find(ours); at != std::string_view::npos; at = path.find(ours, at + 1)) {
        const auto slash = path.find('/', at + ours.size());
        if (slash == std::string_view::npos) break;
        const auto id = path.substr(slash + 1, id_length);
        if (is_server_id(id) && path.substr(slash + 1 + id.size()).starts_with('-')) deepest = id;
    }
    return deepest;
}

std::optional<Error> refuse_server(const http::Peer& peer, const CallerFacts& facts) {
    if (!peer.process) return std::nullopt;
    if (facts.is_own_command && facts.is_own_command(peer.pid)) return std::nullopt;
    const http::PeerProcess& process = *peer.process;
    // Of other users it may be hidden (hidepid); pid 1 is not looked at, and 0 is outside of what we see.
    if (process.ancestry.empty() && peer.pid > 1 && peer.uid == facts.own_uid)
        return Error{ErrorCode::forbidden, "who asks cannot be told: process " + std::to_string(peer.pid) +
                                               " had ended before it was looked at"};
    const auto id = server_of_cgroup(process.cgroup);
    auto server = id.empty() ? std::nullopt : facts.server_by_id(id);
    // In a container the keeper may be pid 1: then only a run's own first process tells.
    const bool is_below = is_below_keeper(process, facts.keeper_pid);
    const bool may_be_below = is_below || facts.keeper_pid == 1;
    if (!server && may_be_below)
        server = facts.server_of_pids({process.ancestry.begin(), process.ancestry.end()});
    if (!server && !is_below) return std::nullopt;
    if (server && server->spec->api == ApiUse::allow) return std::nullopt;
    const std::string who = server ? "server \"" + server->spec->name + "\"" : "what a server left behind";
    Error refusal{ErrorCode::forbidden, "the agent's socket is not for servers: " + named(process) +
                                            " (pid " + std::to_string(peer.pid) + ") belongs to " + who};
    if (server)
        refusal.hint =
            "mcpm update " + in_shell_words(server->spec->name) + " --api allow lets it manage servers";
    return refusal;
}

std::string process_in_words(const http::Peer& peer) {
    if (!peer.process || peer.pid <= 0) return {};
    return " (" + named(*peer.process) + ", pid " + std::to_string(peer.pid) + ")";
}

}  // namespace mcpm::door
