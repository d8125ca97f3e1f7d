// Sees to it that the agent is reached by its path: when the socket or its folder is removed (temporary
// folders are cleaned), or somebody else's socket lies there, it binds anew. Another that answers there gets
// time first to hand its socket over (socket_door.hpp): that is how socket activation beside a living agent
// ends well. Loop thread only.
#pragma once

#include "agent/async/task.hpp"
#include "agent/disk/path_watch.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace mcpm::http {

class SocketGuard {
  public:
    struct Hooks {
        /// A socket that listens at the path now; whoever gets it serves on it.
        std::function<void(UniqueFd)> serve;
        /// What happened, for people.
        std::function<void(std::string)> say;
    };

    /// `disk` outlives it.
    SocketGuard(Loop& loop, PathWatch& disk, std::filesystem::path path, Hooks hooks);

    /// `socket` is served by us: that it answers at the path is well.
    void add(int socket);

    /// Looks once, and acts: true when what lies at the path is ours now.
    bool look();

    /// Looks when something changed there. Until it is cancelled.
    Task<> watch();

    /// How long another that answers at the path may go on before the path is taken from it.
    void set_patience(Clock::duration patience) { patience_ = patience; }

  private:
    enum class AtPath { known, ours, nobody, somebody };
    AtPath find();
    bool bind_anew(const std::string& why);
    bool wait_for_other();
    void remember();
    void say_once(const std::string& what);

    std::filesystem::path path_;
    Hooks hooks_;
    PathWatcher watcher_;
    std::set<pid_t> makers_;  // who made the sockets that we serve, by the kernel's word
    std::optional<std::pair<dev_t, ino_t>> known_;
    std::optional<Clock::time_point> other_since_;
    Clock::duration patience_ = std::chrono::seconds(5);
    std::string said_;
};

}  // namespace mcpm::http
