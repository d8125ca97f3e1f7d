// Where the agent that lives is reached, for who was started with other variables than it: AI clients
// give `mcpm connect` little more than HOME and PATH, and some machines have their runtime folder elsewhere
// than everybody (XDG_RUNTIME_DIR of WSL, of containers).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mcpm {

/// What the holder of the agent's lock writes into it: a line with its pid, one with its socket.
std::string lock_text(int pid, const std::filesystem::path& socket);

/// The folder of that socket, when somebody holds the lock and the file is ours. Whoever connects there looks
/// whom it meets, as always (common/socket_trust.hpp).
std::optional<std::filesystem::path> runtime_of_living_agent(const std::filesystem::path& lock);

}  // namespace mcpm
