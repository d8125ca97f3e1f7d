// How the agent is reached: the sockets it serves on, those it binds anew where a path was lost, and those
// that socket activation hands over to it.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/disk/path_watch.hpp"
#include "agent/http/listener.hpp"
#include "agent/http/socket_door.hpp"
#include "agent/http/socket_guard.hpp"
#include "agent/process/announcements.hpp"
#include "agent/process/lock_guard.hpp"
#include "agent/process/tcp_sockets.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "common/config_file.hpp"
#include "common/paths.hpp"
#include "common/unique_fd.hpp"

#include <sys/types.h>

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mcpm {

class Reach {
  public:
    /// Who answers, within which limits.
    struct Served {
        http::Endpoint endpoint;
        http::HeadCheck head_check;
        http::Limits limits;
    };
    /// All outlive it.
    Reach(Loop& loop, Workers& workers, TaskGroup& tasks, PathWatch& disk, KeeperLink& keeper,
          Announcements& announcements, const AgentLog& log, const Paths& paths, const HttpSettings& settings,
          Served served);

    /// `first_number`: the keeper's number of the first of `sockets`.
    Result<> open(std::vector<UniqueFd> sockets, PassedBy by, int first_number);
    /// Sees to it, in tasks, that the path and the lock stay ours, and takes what socket activation hands
    /// over.
    void stay();
    /// Of http.listen.
    const std::vector<TcpFact>& tcp() const { return tcp_; }
    /// Of all sockets, those that were replaced included.
    http::Listener::Counters counters() const;
    /// Requests that are being answered get `grace`.
    Task<> close(std::chrono::milliseconds grace);

  private:
    Result<> serve_on(UniqueFd socket);
    void serve_anew(UniqueFd socket);
    void take_handed(UniqueFd socket);
    void say(const std::string& what);
    Task<> keep_lock();
    TaskGroup::Report report() const;

    Loop& loop_;
    Workers& workers_;
    TaskGroup& tasks_;
    KeeperLink& keeper_;
    Announcements& announcements_;
    const AgentLog& log_;
    const Paths& paths_;
    const HttpSettings& settings_;
    Served served_;
    bool is_closing_ = false;
    std::vector<TcpFact> tcp_;
    std::vector<std::unique_ptr<http::Listener>> listeners_;
    http::Listener::Counters counted_;        // by those that were replaced
    std::set<ino_t> known_;                   // the sockets of `listeners_`
    std::deque<http::Listener*> bound_anew_;  // those of `listeners_` whose path was gone, oldest first
    int unix_number_ = 0;                     // the keeper's name for our unix socket; 0: it has none
    http::SocketGuard guard_;
    LockGuard lock_;
    PathWatcher lock_watcher_;
    std::unique_ptr<http::SocketDoor> door_;
};

}  // namespace mcpm
