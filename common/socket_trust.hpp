// Who is at the other end of a unix socket that we connect to, known before a byte is sent: a path below /tmp
// may be somebody else's.
#pragma once

#include "common/error.hpp"

#include <sys/types.h>

#include <filesystem>

namespace mcpm {

/// The folder of an agent's socket: no link, ours or root's, and nobody else may write in it. The uid whose
/// agent it is. Root also reaches the agent of a system user whose folder stands where only root writes
/// (/run/mcpm). unavailable when there is no such folder; forbidden otherwise.
Result<uid_t> check_socket_folder(const std::filesystem::path& folder);

/// The connected peer, by the kernel's word (SO_PEERCRED): us, root, or `also`. forbidden when it is not.
Result<> check_socket_peer(int socket, const std::filesystem::path& path, uid_t also);
/// Whether the peer is us or root.
Result<> check_socket_peer(int socket, const std::filesystem::path& path);

}  // namespace mcpm
