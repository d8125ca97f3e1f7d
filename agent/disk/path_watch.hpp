// The room disk: what happens to files and folders, by the kernel's word; inotify(7) lives here and nowhere
// else (its events are read by common/inotify_events). It may include common and async. It never reads a
// file, and never decides what a change means.
//
// PathWatch wakes those who look after the agent's own files (its socket, its lock, the database, the
// secrets), so that an idle agent need not look. A path is watched with every folder above it: one that is
// removed, moved or made anew is told, too. What the kernel may not see (another filesystem mounted there, a
// change made by another machine) is looked for every ten minutes by all at once; where it tells nothing at
// all, each looks as often as it wants itself, and that is said once. Loop thread only.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct inotify_event;

namespace mcpm {

struct WatchedPath {
    enum class What {
        existence,  // made, removed, moved, replaced
        writes,     // these, and whoever wrote into it has closed it
        contents,   // a folder: these of all files in it
    };
    std::filesystem::path path;
    What what = What::existence;
};

class PathWatcher;

class PathWatch {
  public:
    using Say = std::function<void(const std::string& sentence)>;
    /// The watch outlives its watchers.
    PathWatch(Loop& loop, Say say);

    /// Reads what the kernel says. Until it is cancelled.
    Task<> run();

  private:
    friend class PathWatcher;
    struct Use {
        PathWatcher* watcher = nullptr;
        std::uint32_t mask = 0;
        std::optional<std::string> name = {};  // of the entry; nothing: of every one
    };
    /// What a path leads to: device and inode.
    using Place = std::pair<std::uint64_t, std::uint64_t>;
    struct Folder {
        std::string path = {};
        Place place = {};  // before it was watched
        std::uint32_t mask = 0;
        std::vector<Use> uses = {};
    };
    using Folders = std::map<int, Folder>;  // by the kernel's number
    enum class Added { yes, absent, forbidden, refused };

    static Place place_of(const std::string& path);
    /// Whether all folders of the watcher are watched, and each path still leads to the folder that is.
    bool is_current(const PathWatcher& watcher) const;
    /// Whether `asker`'s folders are others now.
    bool renew(const PathWatcher& asker);
    void cover_all(const PathWatcher& asker, Folders& folders);
    void cover(PathWatcher& watcher, const WatchedPath& wanted, Folders& folders);
    Added add(const std::filesystem::path& folder, Use use, Folders& folders);
    bool tell_of_differences(const Folders& before, const PathWatcher& asker);
    void be_blind(PathWatcher& watcher, const WatchedPath& wanted, const std::string& why);
    void read_events();
    void dispatch(const inotify_event& event, std::string_view name);
    void tell_all();

    Descriptor events_;  // closed where the machine gives none
    Say say_;
    Folders folders_;
    std::set<PathWatcher*> watchers_;
    std::set<std::string> said_;
};

/// One who looks after some paths, in a loop: before_look(), the look, changed().
class PathWatcher {
  public:
    /// `otherwise`: the pause between two looks where the kernel can't tell.
    PathWatcher(PathWatch& watch, Loop& loop, std::vector<WatchedPath> paths, Clock::duration otherwise);
    ~PathWatcher();
    PathWatcher(const PathWatcher&) = delete;
    PathWatcher& operator=(const PathWatcher&) = delete;

    /// What changes from here on ends the next wait for a change: watches what is there now.
    std::uint64_t before_look();
    /// Until something may have changed since; no longer than `at_most`. Sixty times at once, then once in
    /// a second: a look that changes what it looks at is no busy loop.
    Task<> changed(std::uint64_t seen, std::optional<Clock::duration> at_most = std::nullopt);
    /// As if something had changed.
    void tell() { told_.notify_all(); }
    /// Whether the kernel can't tell of all its paths.
    bool is_blind() const { return is_blind_; }

  private:
    friend class PathWatch;
    Clock::duration wait_before_next();

    PathWatch& watch_;
    std::vector<WatchedPath> paths_;
    Clock::duration otherwise_;
    Notifier told_;
    bool is_blind_ = false;
    bool is_covered_ = false;  // every folder of its paths is watched
    double looks_left_;
    Clock::time_point counted_at_;
};

}  // namespace mcpm
