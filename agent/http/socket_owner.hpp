// Whose socket is at the other end of a connection over loopback: all users of a machine share its address.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <optional>

namespace mcpm::http {

/// By the kernel's word (sock_diag(7)); nothing when the peer is elsewhere or the kernel does not tell.
/// `peer` and `own` are the ends of a TCP connection.
std::optional<uid_t> owner_over_loopback(const sockaddr_storage& peer, const sockaddr_storage& own);

}  // namespace mcpm::http
