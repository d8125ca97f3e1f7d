// Waiting by the kernel's word, for commands that block: the end of a process, and what happens to a file.
// Where the kernel gives neither, the time limit of the call is what ends it.
#pragma once

#include "common/unique_fd.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace mcpm::cli {

/// True when the process has ended, and no longer than `limit`. False at once for one that cannot be watched.
/// It is not reaped.
bool ends_within(pid_t process, std::chrono::milliseconds limit);

/// A file that need not be there yet: written, made, replaced or removed. From its making on, nothing is
/// missed between two waits.
class FileWatch {
  public:
    explicit FileWatch(const std::filesystem::path& file);

    /// Until something happened to it; after `limit` in any case, after a second where nothing can be seen.
    void wait(std::chrono::milliseconds limit);

  private:
    bool read_events();

    std::string name_;
    UniqueFd events_;
};

}  // namespace mcpm::cli
