// Why the agent's last start failed, by its own log: what `mcpm doctor` says of an agent that does not run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::cli {

/// The last error of a start that came to nothing: of lines "TIME LEVEL TEXT", after the last one that says
/// that the agent is ready or ended as it should. Nothing where the last start went well. Pure.
std::optional<std::string> failure_of_last_start(std::string_view log);

/// Of the log in a file, of its last 64 KiB; nothing where it cannot be read.
std::optional<std::string> failure_of_last_start_in(const std::filesystem::path& log);

}  // namespace mcpm::cli
