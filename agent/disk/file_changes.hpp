// What changes in folders, as inotify(7) says it: one descriptor for the whole agent. A folder may be watched
// for several owners. Bounded by `most`, and by what the machine allows. Loop thread only.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

struct inotify_event;

namespace mcpm {

struct FolderChange {
    enum class Kind { file, folder, lost };  // lost: the kernel dropped some; of every owner
    Kind kind = Kind::file;
    std::string owner = {}, root = {};
    std::string path = {};  // relative to the root
};

class FileChanges {
  public:
    FileChanges(Loop& loop, std::size_t most);

    /// unavailable when there are too many already, here or on this machine. A folder that is gone is none of
    /// ours: success.
    Result<> add(const std::string& owner, const std::string& root, const std::string& folder);
    void remove(const std::string& owner);
    /// Waits for the next ones; empty when the descriptor is gone.
    Task<std::vector<FolderChange>> next();
    std::size_t size() const { return watches_.size(); }
    void close();

  private:
    struct Use {
        std::string owner, root, folder;
        bool operator==(const Use&) const = default;
    };
    void take(const inotify_event& event, std::string_view file, std::vector<FolderChange>& changes);
    void forget(int watch);

    Descriptor events_;
    std::size_t most_;
    std::map<int, std::vector<Use>> watches_;  // by inotify's number
};

}  // namespace mcpm
