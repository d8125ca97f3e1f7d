// The room process: the process mcpmd itself, its start, sockets, systemd, memory, and the upgrade of its
// program. It may include supervisor, launch, runtime, http and disk. It never knows a server by name.
//
// What happens before there is a keeper: folders, the one-agent lock, the socket. Everything that can be
// wrong with the machine is found here, once, and said with an exit status.
#pragma once

#include "common/error.hpp"
#include "common/paths.hpp"
#include "common/unique_fd.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mcpm {

/// Creates what is missing, mode 0700; refuses a folder that another user owns (forbidden). A data folder
/// that cannot be written is not an error here: the agent then starts degraded and says so.
Result<> prepare_folders(const Paths& paths);

/// One agent per data folder: an exclusive flock(2) on its lock file, into which the holder's pid is written.
/// conflict names the pid of the one that has it. Held for as long as the descriptor, across the keeper's
/// upgrades.
Result<UniqueFd> take_lock(const Paths& paths);

/// One agent per database, where that is not in the data folder: a lock file beside it. conflict when another
/// has it.
Result<UniqueFd> take_database_lock(const std::filesystem::path& database);

/// What an agent holds of its database.
struct DatabaseHold {
    UniqueFd lock = {};       // empty: in the data folder, whose lock is enough, or on a disk that takes no
                              // writes, of which the store says more
    std::string notice = {};  // for people; empty when there is nothing to say
};
Result<DatabaseHold> hold_database(const Paths& paths, const std::filesystem::path& database);

/// The pid in the lock's file; 0 when there is none. Only while somebody holds the lock is it that one's.
int lock_holder(const Paths& paths);

/// What socket activation passed, or the agent's own unix socket, bound and listening.
Result<std::vector<UniqueFd>> open_listeners(const Paths& paths, std::vector<UniqueFd> passed);

}  // namespace mcpm
