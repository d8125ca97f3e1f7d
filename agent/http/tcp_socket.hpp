// Listening TCP sockets: binding one, and what an existing one is bound to.
#pragma once

#include "common/error.hpp"
#include "common/listen_address.hpp"
#include "common/unique_fd.hpp"

#include <sys/socket.h>

#include <optional>

namespace mcpm::http {

/// Bound, listening, close-on-exec. conflict when the port is taken.
Result<UniqueFd> bind_tcp_socket(const ListenAddress& address);

/// Nothing when it is no TCP address.
std::optional<ListenAddress> listen_address_of(const sockaddr_storage& address);
/// What a socket is bound to; nothing when it is no TCP socket.
std::optional<ListenAddress> bound_address(int socket);
bool is_listening(int socket);

}  // namespace mcpm::http
