// Starts another program of this machine that reads nothing and whose output nobody reads, without a shell.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli {

enum class ErrorsOf { hidden, shown };  // shown: on our standard error
enum class SessionOf { ours, own };     // own: it outlives this terminal

/// The program's pid, to be waited for; nothing when there is no such program on the PATH, or it cannot be
/// started.
std::optional<pid_t> start_quietly(const std::string& program, std::vector<std::string> arguments,
                                   ErrorsOf errors, SessionOf session);

}  // namespace mcpm::cli
