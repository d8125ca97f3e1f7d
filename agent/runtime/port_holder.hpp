// Who listens on a port of this machine, for the message of a start that failed because of it. Reads /proc;
// sees the sockets of processes that this user may look at.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace mcpm {

/// In an engine's words ("Bind for 127.0.0.1:8080 failed: port is already allocated", "listen tcp4
/// 127.0.0.1:8080: bind: address already in use"). Pure.
std::optional<std::uint16_t> taken_port(std::string_view said);

/// Of the listening sockets of that port in the text of /proc/net/tcp or tcp6. Pure.
std::set<std::string> listening_inodes(std::string_view table, std::uint16_t port);

/// "nginx (pid 123)"; empty when it cannot be seen.
std::string process_listening_on(std::uint16_t port);

}  // namespace mcpm
