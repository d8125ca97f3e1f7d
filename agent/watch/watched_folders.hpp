// Which folders of this machine a server's `watch` means, and the folders in them that may hold something of
// its patterns.
#pragma once

#include "common/server_spec.hpp"
#include "common/watch_patterns.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mcpm {

/// A process: the folder it runs in (`own` when it names none). A container: its folders of this machine.
/// Nothing for a remote server. Pure.
std::vector<std::string> watched_roots(const ServerSpec& spec, const std::string& own);

struct FoundFolders {
    std::vector<std::string> folders = {};  // relative to the root; the one that was asked for is the first
    std::vector<std::string> files = {};    // that count, at most `most` of them
    bool is_cut = false;                    // there are more than `most` folders
};

/// Folders from `from` (relative to `root`) downwards; links are not followed. Blocks: for a worker.
FoundFolders find_watched_folders(const std::string& root, const std::string& from,
                                  const WatchPatterns& patterns, std::size_t most);

}  // namespace mcpm
