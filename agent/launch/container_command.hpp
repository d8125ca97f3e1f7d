// `docker run …` (podman, nerdctl) as a server's command: its process is only a client of the engine, and a
// container outlives it that is told nothing by a signal. The engine writes the container's id into a file of
// ours, by which the container is ended after the process, or before the next run.
#pragma once

#include "agent/async/task.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mcpm {

struct ContainerCommand {
    /// The place of "run" among the arguments; what stands before it says which engine.
    std::size_t run = 0;
    bool has_id_file = false;  // one of the user's own
};

/// Nothing when the arguments (argv) are not those of a container client that runs one.
std::optional<ContainerCommand> container_command(const std::vector<std::string>& arguments);

/// With `--cidfile FILE`; unchanged when it is no such command or has one.
std::vector<std::string> with_id_file(std::vector<std::string> arguments, const std::filesystem::path& file);

std::filesystem::path container_id_file(const std::filesystem::path& folder, const std::string& server_id,
                                        std::uint64_t run);

/// Of this server, but of those runs that live.
std::vector<std::filesystem::path> left_id_files(const std::filesystem::path& folder,
                                                 const std::string& server_id,
                                                 const std::set<std::uint64_t>& living);

struct ContainerClient {
    std::string program;
    std::vector<std::string> arguments;  // argv of the run
    std::map<std::string, std::string> environment;
};

/// Removes the container whose id is in `file`, and the file. Done when there is no such container.
/// `unavailable` says which container may be left, and why.
Task<Result<>> end_container(Loop& loop, KeeperLink& keeper, ContainerClient client,
                             std::filesystem::path file);

}  // namespace mcpm
