#include "agent/disk/path_watch.hpp"

#include "agent/disk/silent_filesystems.hpp"
#include "common/inotify_events.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mcpm {

namespace {

constexpr std::chrono::minutes look_all_the_same{10};
constexpr double looks_at_once = 60;
constexpr std::chrono::seconds between_looks{1};  // who asks for the agent waits for two

constexpr std::uint32_t by_itself = IN_UNMOUNT | IN_IGNORED;  // told without being asked for
constexpr std::uint32_t of_the_folder = IN_DELETE_SELF | IN_MOVE_SELF | by_itself;
constexpr std::uint32_t existence = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

std::uint32_t mask_of(WatchedPath::What what) {
    constexpr std::uint32_t written = existence | IN_CLOSE_WRITE | IN_ATTRIB;
    return of_the_folder | (what == WatchedPath::What::existence ? existence | IN_ATTRIB : written);
}

/// The folder and all above it, the root first.
std::vector<std::filesystem::path> chain_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> chain;
    std::filesystem::path up;
    for (const auto& part : folder) {
        if (part.empty()) continue;
        up /= part;
        chain.push_back(up);
    }
    return chain;
}

}  // namespace

PathWatch::PathWatch(Loop& loop, Say say) : events_(loop), say_(std::move(say)) {
    const int events = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (events >= 0) events_.assign(events);
}

PathWatch::Added PathWatch::add(const std::filesystem::path& folder, Use use, Folders& folders) {
    const std::uint32_t asked = (use.mask & ~by_itself) | IN_ONLYDIR;
    const auto place = place_of(folder);
    const int watch = ::inotify_add_watch(events_.native_handle(), folder.c_str(), asked | IN_MASK_ADD);
    if (watch < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return Added::absent;
        return errno == EACCES || errno == EPERM ? Added::forbidden : Added::refused;
    }
    auto& known = folders[watch];
    known.path = folder;
    known.place = place;
    known.mask |= asked;
    known.uses.push_back(std::move(use));
    return Added::yes;
}

void PathWatch::be_blind(PathWatcher& watcher, const WatchedPath& wanted, const std::string& why) {
    watcher.is_blind_ = true;
    auto sentence =
        fmt::format("{} is looked at every {} s: {}", wanted.path.string(),
                    std::chrono::duration_cast<std::chrono::seconds>(watcher.otherwise_).count(), why);
    if (said_.insert(sentence).second) say_(sentence);
}

/// Folders above that nobody may read are left out: who could move them is not its user.
void PathWatch::cover(PathWatcher& watcher, const WatchedPath& wanted, Folders& folders) {
    const bool is_folder = wanted.what == WatchedPath::What::contents;
    const auto target = is_folder ? wanted.path : wanted.path.parent_path();
    const auto chain = chain_of(target);
    for (std::size_t at = 0; at < chain.size(); ++at) {
        Use use{&watcher, of_the_folder, std::string()};
        if (at + 1 == chain.size()) {
            use.mask = mask_of(wanted.what);
            use.name = is_folder ? std::nullopt : std::optional(wanted.path.filename().string());
        }
        auto added = add(chain[at], use, folders);
        if (added == Added::absent && at > 0) {
            // Made between the two calls, it is there at the second.
            const Use made{&watcher, of_the_folder | IN_CREATE | IN_MOVED_TO, chain[at].filename().string()};
            if (add(chain[at - 1], made, folders) != Added::yes)
                return be_blind(watcher, wanted, "its folder is not there");
            added = add(chain[at], use, folders);
            if (added == Added::absent) {
                watcher.is_covered_ = false;
                return;  // the folder above tells when it is made
            }
        }
        if (added == Added::refused)
            return be_blind(watcher, wanted,
                            "the machine allows no more watches (fs.inotify.max_user_watches)");
        if (added == Added::forbidden && at + 1 == chain.size())
            return be_blind(watcher, wanted, "its folder can't be read");
    }
    if (const auto name = silent_filesystem(target))
        be_blind(watcher, wanted, fmt::format("its filesystem ({}) may not tell of changes", *name));
}

void PathWatch::cover_all(const PathWatcher& asker, Folders& folders) {
    for (auto* const watcher : watchers_) {
        const bool was_blind = std::exchange(watcher->is_blind_, false);
        watcher->is_covered_ = true;
        for (const auto& wanted : watcher->paths_) {
            if (events_.is_open())
                cover(*watcher, wanted, folders);
            else
                be_blind(*watcher, wanted,
                         "the machine gives no inotify instance (fs.inotify.max_user_instances)");
        }
        if (watcher->is_blind_ != was_blind && watcher != &asker) watcher->tell();
    }
}

PathWatch::Place PathWatch::place_of(const std::string& path) {
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 ? Place{facts.st_dev, facts.st_ino} : Place{};
}

bool PathWatch::is_current(const PathWatcher& watcher) const {
    if (!watcher.is_covered_ || watcher.is_blind_) return false;
    return std::all_of(folders_.begin(), folders_.end(), [&](const auto& known) {
        const Folder& folder = known.second;
        const bool is_its = std::any_of(folder.uses.begin(), folder.uses.end(),
                                        [&](const Use& use) { return use.watcher == &watcher; });
        return !is_its || place_of(folder.path) == folder.place;
    });
}

bool PathWatch::renew(const PathWatcher& asker) {
    Folders folders;
    if (events_.is_open()) read_events();
    cover_all(asker, folders);
    for (const auto& [watch, folder] : folders) {
        const auto before = folders_.find(watch);
        if (before != folders_.end() && before->second.mask != folder.mask)
            (void)::inotify_add_watch(events_.native_handle(), folder.path.c_str(), folder.mask);
    }
    const auto before = std::exchange(folders_, std::move(folders));
    for (const auto& [watch, folder] : before)
        if (!folders_.contains(watch)) (void)::inotify_rm_watch(events_.native_handle(), watch);
    return tell_of_differences(before, asker);
}

/// What the kernel said of a folder that is not watched any more nobody will read.
bool PathWatch::tell_of_differences(const Folders& before, const PathWatcher& asker) {
    bool is_askers = false;
    const auto tell_others = [&](const Folders& these, const Folders& others) {
        for (const auto& [watch, folder] : these) {
            if (others.contains(watch)) continue;
            for (const auto& use : folder.uses) {
                is_askers = is_askers || use.watcher == &asker;
                if (use.watcher != &asker && watchers_.contains(use.watcher)) use.watcher->tell();
            }
        }
    };
    tell_others(before, folders_);
    if (!before.empty()) tell_others(folders_, before);
    return is_askers;
}

void PathWatch::tell_all() {
    for (auto* const watcher : watchers_) watcher->tell();
}

void PathWatch::dispatch(const inotify_event& event, std::string_view name) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return tell_all();
    const auto found = folders_.find(event.wd);
    if (found == folders_.end()) return;
    const bool is_of_folder = (event.mask & of_the_folder) != 0 || event.len == 0;
    for (const auto& use : found->second.uses) {
        const bool is_meant = is_of_folder || !use.name || *use.name == name;
        if (is_meant && (event.mask & use.mask) != 0) use.watcher->tell();
    }
    if ((event.mask & IN_IGNORED) == 0) return;
    for (const auto& use : found->second.uses) use.watcher->is_covered_ = false;
    folders_.erase(found);
}

void PathWatch::read_events() {
    read_inotify_events(events_.native_handle(),
                        [this](const inotify_event& event, std::string_view name) { dispatch(event, name); });
}

Task<> PathWatch::run() {
    using namespace asio::experimental::awaitable_operators;
    while (events_.is_open()) {
        const auto first =
            co_await (events_.async_wait(Descriptor::wait_read, use_task) || sleep_for(look_all_the_same));
        if (first.index() == 1) tell_all();
        read_events();
    }
}

PathWatcher::PathWatcher(PathWatch& watch, Loop& loop, std::vector<WatchedPath> paths,
                         Clock::duration otherwise)
    : watch_(watch),
      paths_(std::move(paths)),
      otherwise_(otherwise),
      told_(loop),
      looks_left_(looks_at_once),
      counted_at_(Clock::now()) {
    watch_.watchers_.insert(this);
}

PathWatcher::~PathWatcher() {
    watch_.watchers_.erase(this);
    for (auto& [watch, folder] : watch_.folders_)
        std::erase_if(folder.uses, [this](const auto& use) { return use.watcher == this; });
}

std::uint64_t PathWatcher::before_look() {
    const auto seen = told_.count();
    if (!watch_.is_current(*this)) (void)watch_.renew(*this);
    return seen;
}

Clock::duration PathWatcher::wait_before_next() {
    const auto now = Clock::now();
    const std::chrono::duration<double> since = now - std::exchange(counted_at_, now);
    const std::chrono::duration<double> one = between_looks;
    looks_left_ = std::min(looks_at_once, looks_left_ + since / one) - 1;
    if (looks_left_ >= 0) return Clock::duration::zero();
    return std::chrono::duration_cast<Clock::duration>(one * -looks_left_);
}

Task<> PathWatcher::changed(std::uint64_t seen, std::optional<Clock::duration> at_most) {
    // The kernel does not tell that a folder is removed while something in it is open, as a socket that
    // listens is: a look that made it anew would wait for news of the old one.
    if (!watch_.is_current(*this) && watch_.renew(*this)) tell();
    auto limit = at_most;
    if (is_blind_) limit = std::min(limit.value_or(otherwise_), otherwise_);
    bool was_told = true;
    if (limit) {
        was_told = co_await told_.wait_since(seen, *limit);
    } else {
        co_await told_.wait_since(seen);
    }
    if (!was_told) co_return;
    if (const auto pause = wait_before_next(); pause > Clock::duration::zero()) co_await sleep_for(pause);
}

}  // namespace mcpm
