#include "agent/watch/change_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

/// Many events come together when many servers start.
constexpr std::chrono::milliseconds settle_time{20};

TaskGroup::Report report_to(const AgentLog& log) {
    return [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); };
}

/// Whether a server's files are watched; one that has ended or whose start failed is wanted too: the next
/// version of its files may be the good one.
bool is_wanted(const ServerOutline& server) {
    return !server.spec->watch.empty() && server.status.desired == Desired::up;
}

/// A server that sleeps takes its files when it is woken.
bool sleeps(const ServerStatus& status) {
    return status.state == ServerState::stopped && status.reason == Reason::asleep;
}

}  // namespace

ChangeWatch::ChangeWatch(Loop& loop, Workers& workers, Supervisor& supervisor,
                         std::filesystem::path own_folders, Say say, const AgentLog& log,
                         ChangeWatchOptions options)
    : workers_(workers),
      supervisor_(supervisor),
      own_folders_(std::move(own_folders)),
      say_(std::move(say)),
      options_(options),
      changes_(loop, options.folders),
      tasks_(loop, report_to(log)) {}

void ChangeWatch::start() {
    tasks_.spawn("follow whose files are watched", follow());
    tasks_.spawn("read what changes in folders", read_changes());
}

Task<> ChangeWatch::follow() {
    for (;;) {
        const auto seen = supervisor_.events().end();
        look();
        co_await supervisor_.events().wait(seen);
        co_await sleep_for(settle_time);
    }
}

void ChangeWatch::look() {
    std::map<std::string, ServerOutline> wanted;
    for (auto& server : supervisor_.outlines())
        if (is_wanted(server)) wanted.emplace(server.id, std::move(server));
    for (auto watched = watched_.begin(); watched != watched_.end();) {
        // What a restart of ours does to it in between is no reason to look away.
        const bool goes = !wanted.contains(watched->first) && watched->second.restarts == 0;
        if (goes) changes_.remove(watched->first);
        watched = goes ? watched_.erase(watched) : std::next(watched);
    }
    for (const auto& [id, server] : wanted) {
        auto roots = watched_roots(*server.spec, (own_folders_ / id).string());
        std::vector<std::string> definition = server.spec->watch;
        definition.insert(definition.end(), roots.begin(), roots.end());
        const Watched* const known = find(id);
        if (known != nullptr && known->definition == definition) continue;
        if (known != nullptr) changes_.remove(id);
        begin(id, server.spec, std::move(roots));
    }
}

void ChangeWatch::begin(const std::string& id, std::shared_ptr<const ServerSpec> spec,
                        std::vector<std::string> roots) {
    Watched watched;
    watched.definition = spec->watch;
    watched.definition.insert(watched.definition.end(), roots.begin(), roots.end());
    watched.patterns = WatchPatterns(spec->watch);
    watched.roots = std::move(roots);
    const auto& kept = watched_[id] = std::move(watched);
    for (const std::string& root : kept.roots)
        tasks_.spawn("watch folders", add_folders(id, root, "", false));
}

ChangeWatch::Watched* ChangeWatch::find(const std::string& id) {
    const auto found = watched_.find(id);
    return found == watched_.end() ? nullptr : &found->second;
}

/// What lies in a new folder is new too. A folder may get files between the look and its watch: it is looked
/// at once more behind it.
Task<> ChangeWatch::add_folders(std::string id, std::string root, std::string from, bool is_new) {
    const Watched* const before = find(id);
    if (before == nullptr) co_return;
    const WatchPatterns patterns = before->patterns;
    const std::size_t most = options_.folders_per_server;
    auto search = [root, from, patterns, most] { return find_watched_folders(root, from, patterns, most); };
    const FoundFolders found = co_await offload(workers_, search);
    Watched* const watched = find(id);
    if (watched == nullptr ||
        std::find(watched->roots.begin(), watched->roots.end(), root) == watched->roots.end())
        co_return;
    std::string why;
    for (const std::string& folder : found.folders) {
        if (watched->folders >= most) {
            why = fmt::format("a server has {} watched folders at most", most);
        } else if (const auto added = changes_.add(id, root, folder); !added) {
            why = added.error().message;
        } else {
            ++watched->folders;
            continue;
        }
        break;
    }
    if (found.is_cut && why.empty()) why = fmt::format("a server has {} watched folders at most", most);
    if (!why.empty() && !std::exchange(watched->is_full, true))
        say_(id, fmt::format("not all of {} is watched: {}; narrower patterns help", root, why));
    if (is_new && !found.files.empty()) note_change(id, *watched, found.files.front());
    if (!is_new || found.folders.empty()) co_return;
    const FoundFolders later = co_await offload(workers_, std::move(search));
    Watched* const still = find(id);
    if (still != nullptr && later.files.size() > found.files.size())
        note_change(id, *still, later.files.front());
}

Task<> ChangeWatch::read_changes() {
    for (;;) {
        const auto changes = co_await changes_.next();
        if (changes.empty()) co_return;
        for (const auto& change : changes) take(change);
    }
}

void ChangeWatch::take(const FolderChange& change) {
    if (change.kind == FolderChange::Kind::lost) {
        // Nobody knows whose they were.
        for (auto& [id, watched] : watched_) note_change(id, watched, "more than could be counted");
        return;
    }
    Watched* const watched = find(change.owner);
    if (watched == nullptr) return;
    if (change.kind == FolderChange::Kind::file) {
        if (watched->patterns.matches(change.path)) note_change(change.owner, *watched, change.path);
    } else if (watched->patterns.may_hold(change.path)) {
        tasks_.spawn("watch a new folder", add_folders(change.owner, change.root, change.path, true));
    }
}

void ChangeWatch::note_change(const std::string& id, Watched& watched, const std::string& path) {
    watched.last_at = Clock::now();
    if (watched.changed.empty()) {
        watched.changed = path;
        watched.first_at = watched.last_at;
    }
    if (std::exchange(watched.is_waiting, true)) return;
    tasks_.spawn("restart for a change", restart_when_quiet(id));
}

Task<> ChangeWatch::restart_when_quiet(std::string id) {
    for (;;) {
        const Watched* const watched = find(id);
        if (watched == nullptr) co_return;
        const auto due = std::min(watched->last_at + options_.quiet, watched->first_at + options_.at_most);
        const auto left = due - Clock::now();
        if (left <= Clock::duration::zero()) break;
        co_await sleep_for(left);
    }
    co_await restart(id);
}

/// What changes meanwhile is of the next restart, which does not wait for this one: a start that hangs may be
/// mended by it.
Task<> ChangeWatch::restart(std::string id) {
    Watched* watched = find(id);
    if (watched == nullptr) co_return;
    const std::string path = std::exchange(watched->changed, {});
    watched->is_waiting = false;
    const auto now = supervisor_.find(id);
    if (!now || now->status.desired == Desired::down || sleeps(now->status)) co_return;
    ++watched->restarts;
    say_(id, fmt::format("{} changed: the server is restarted", path));
    // A failed start says itself why, in the log and in `why`.
    (void)co_await supervisor_.restart(id, "watch");
    watched = find(id);
    if (watched != nullptr && watched->restarts > 0) --watched->restarts;
}

Task<> ChangeWatch::close() {
    tasks_.cancel_all();
    changes_.close();
    co_await tasks_.drain();
}

}  // namespace mcpm
