#include "agent/disk/file_changes.hpp"

#include "common/inotify_events.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>

namespace mcpm {

namespace {

constexpr unsigned asked_of_files = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

std::string below(const std::string& folder, std::string_view name) {
    return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

}  // namespace

FileChanges::FileChanges(Loop& loop, std::size_t most) : events_(loop), most_(most) {
    const int events = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (events >= 0) events_.assign(events);
}

Result<> FileChanges::add(const std::string& owner, const std::string& root, const std::string& folder) {
    const auto refused = [](const std::string& why) { return Error{ErrorCode::unavailable, why}; };
    if (!events_.is_open())
        return refused("the machine gives no inotify instance (fs.inotify.max_user_instances)");
    const std::string path = folder.empty() ? root : root + "/" + folder;
    const int watch = ::inotify_add_watch(events_.native_handle(), path.c_str(), asked_of_files | IN_ONLYDIR);
    if (watch < 0 && errno == ENOSPC)
        return refused("the machine allows no more watches (fs.inotify.max_user_watches)");
    if (watch < 0 && (errno == ENOENT || errno == ENOTDIR)) return {};
    if (watch < 0) return system_error("watch " + path, errno);
    Use use{owner, root, folder};
    const auto known = watches_.find(watch);
    if (known == watches_.end() && watches_.size() >= most_) {
        (void)::inotify_rm_watch(events_.native_handle(), watch);
        return refused("the agent watches " + std::to_string(most_) + " folders, and no more");
    }
    auto& uses = watches_[watch];
    if (std::find(uses.begin(), uses.end(), use) == uses.end()) uses.push_back(std::move(use));
    return {};
}

void FileChanges::forget(int watch) {
    watches_.erase(watch);
    if (events_.is_open()) (void)::inotify_rm_watch(events_.native_handle(), watch);
}

void FileChanges::remove(const std::string& owner) {
    std::vector<int> unused;
    for (auto& [watch, uses] : watches_) {
        std::erase_if(uses, [&](const Use& use) { return use.owner == owner; });
        if (uses.empty()) unused.push_back(watch);
    }
    for (const int watch : unused) forget(watch);
}

void FileChanges::take(const inotify_event& event, std::string_view file,
                       std::vector<FolderChange>& changes) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) changes.push_back({FolderChange::Kind::lost});
    const auto found = watches_.find(event.wd);
    if (found == watches_.end()) return;
    if ((event.mask & IN_IGNORED) != 0) {
        watches_.erase(found);
        return;
    }
    if (file.empty()) return;
    const auto kind = (event.mask & IN_ISDIR) != 0 ? FolderChange::Kind::folder : FolderChange::Kind::file;
    for (const Use& use : found->second)
        changes.push_back({kind, use.owner, use.root, below(use.folder, file)});
}

Task<std::vector<FolderChange>> FileChanges::next() {
    std::vector<FolderChange> changes;
    while (events_.is_open() && changes.empty()) {
        const auto [failure] = co_await events_.async_wait(Descriptor::wait_read);
        if (failure) co_return changes;
        if (!events_.is_open()) co_return changes;
        const auto take_one = [&](const inotify_event& event, std::string_view name) {
            take(event, name, changes);
        };
        read_inotify_events(events_.native_handle(), take_one);
    }
    co_return changes;
}

void FileChanges::close() {
    boost::system::error_code ignored;
    events_.close(ignored);
    watches_.clear();
}

}  // namespace mcpm
