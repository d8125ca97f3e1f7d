// The room watch: servers that are to run again when their files change (`watch` of a definition). It may
// include supervisor. It never decides what a definition is, and looks only at files' names.
//
// While such a server shall run (also when it has failed), its folders are watched. A change that its
// patterns name restarts it when the files have been quiet for a moment; many changes are one restart. What
// cannot be watched is said in the server's log, as each restart is.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/disk/file_changes.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "agent/watch/watched_folders.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mcpm {

struct ChangeWatchOptions {
    Duration quiet = std::chrono::milliseconds(200);  // after the last change
    Duration at_most = std::chrono::seconds(2);       // after the first, however many follow
    std::size_t folders_per_server = 4096, folders = 16384;
};

class ChangeWatch {
  public:
    /// Into the server's log, for people.
    using Say = std::function<void(const std::string& server_id, const std::string& text)>;

    /// `own_folders` holds the folders of servers that name none, by id.
    ChangeWatch(Loop& loop, Workers& workers, Supervisor& supervisor, std::filesystem::path own_folders,
                Say say, const AgentLog& log, ChangeWatchOptions options = {});

    void start();
    Task<> close();
    std::size_t watched_folders() const { return changes_.size(); }

  private:
    struct Watched {
        std::vector<std::string> definition;  // patterns and roots: another one is watched anew
        std::vector<std::string> roots;
        WatchPatterns patterns;
        std::size_t folders = 0;
        bool is_full = false;  // said already
        std::string changed;   // the first file since the last restart; empty: none
        Clock::time_point first_at, last_at;
        bool is_waiting = false;  // a restart is to come
        unsigned restarts = 0;    // under way
    };

    Task<> follow();
    void look();
    void begin(const std::string& id, std::shared_ptr<const ServerSpec> spec, std::vector<std::string> roots);
    Task<> add_folders(std::string id, std::string root, std::string from, bool is_new);
    Task<> read_changes();
    void take(const FolderChange& change);
    void note_change(const std::string& id, Watched& watched, const std::string& path);
    Task<> restart_when_quiet(std::string id);
    Task<> restart(std::string id);
    Watched* find(const std::string& id);

    Workers& workers_;
    Supervisor& supervisor_;
    std::filesystem::path own_folders_;
    Say say_;
    ChangeWatchOptions options_;
    FileChanges changes_;
    TaskGroup tasks_;
    std::map<std::string, Watched> watched_;  // by server id
};

}  // namespace mcpm
