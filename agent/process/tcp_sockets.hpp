// http.listen as sockets. The keeper holds what could be bound when it began, so that nobody is refused while
// an agent is replaced; each agent takes from these what its configuration still names and binds the rest
// itself. A port that another program has hurts nobody: it is said in the facts.
#pragma once

#include "common/config_file.hpp"
#include "common/unique_fd.hpp"

#include <string>
#include <vector>

namespace mcpm {

/// For the keeper; what cannot be bound is left out.
std::vector<UniqueFd> bind_tcp_sockets(const HttpSettings& settings);

/// Whose idea the sockets were: ours by http.listen, or socket activation's, which stay whatever http.listen
/// says.
enum class PassedBy { keeper, activation };

/// An address of http.listen, and whether it is served.
struct TcpFact {
    std::string address;
    bool is_listening = false;
    std::string error = {};
};

struct ServedSockets {
    std::vector<UniqueFd> sockets;  // unix and TCP
    std::vector<TcpFact> tcp;
};

ServedSockets sort_sockets(std::vector<UniqueFd> passed, PassedBy by, const HttpSettings& settings);

}  // namespace mcpm
