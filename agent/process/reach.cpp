#include "agent/process/reach.hpp"

#include "agent/http/tcp_socket.hpp"
#include "common/listen_address.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t most_bound_anew = 8;
constexpr std::chrono::milliseconds closing_grace{300};
constexpr std::chrono::seconds look_at_lock{5};

ino_t inode_of(int socket) {
    struct stat facts {};
    return ::fstat(socket, &facts) == 0 ? facts.st_ino : 0;
}

void add_counters(const http::Listener::Counters& more, http::Listener::Counters& sum) {
    sum.requests += more.requests;
    sum.accepted += more.accepted;
    sum.refused += more.refused;
    sum.let_go += more.let_go;
    sum.accept_failures += more.accept_failures;
}

Task<> close_listener(std::unique_ptr<http::Listener> listener) {
    co_await listener->stop(closing_grace);
}

}  // namespace

Reach::Reach(Loop& loop, Workers& workers, TaskGroup& tasks, PathWatch& disk, KeeperLink& keeper,
             Announcements& announcements, const AgentLog& log, const Paths& paths,
             const HttpSettings& settings, Served served)
    : loop_(loop),
      workers_(workers),
      tasks_(tasks),
      keeper_(keeper),
      announcements_(announcements),
      log_(log),
      paths_(paths),
      settings_(settings),
      served_(std::move(served)),
      guard_(loop, disk, paths.socket(),
             http::SocketGuard::Hooks{[this](UniqueFd socket) { serve_anew(std::move(socket)); },
                                      [this](const std::string& what) { say(what); }}),
      lock_(paths, keeper.keeper_pid()),
      lock_watcher_(disk, loop, {WatchedPath{paths.lock(), WatchedPath::What::existence}}, look_at_lock) {}

TaskGroup::Report Reach::report() const {
    return [&log = log_](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); };
}

Result<> Reach::serve_on(UniqueFd socket) {
    const ino_t inode = inode_of(socket.get());
    const bool is_unix = !http::bound_address(socket.get());
    if (is_unix) guard_.add(socket.get());
    auto listener = http::Listener::start(loop_, std::move(socket), served_.limits, served_.endpoint,
                                          report(), served_.head_check);
    if (!listener) return listener.error();
    known_.insert(inode);
    listeners_.push_back(std::move(*listener));
    return {};
}

Result<> Reach::open(std::vector<UniqueFd> passed, PassedBy by, int first_number) {
    for (std::size_t place = 0; place < passed.size() && unix_number_ == 0; ++place) {
        const bool is_unix = !http::bound_address(passed[place].get());
        if (is_unix) unix_number_ = first_number + static_cast<int>(place);
    }
    auto sorted = sort_sockets(std::move(passed), by, settings_);
    tcp_ = std::move(sorted.tcp);
    for (const auto& fact : tcp_) {
        if (!fact.is_listening) log_.warning(fact.error);
    }
    for (auto& socket : sorted.sockets) {
        if (auto serves = serve_on(std::move(socket)); !serves) return serves;
    }
    return {};
}

void Reach::stay() {
    tasks_.spawn("watching the socket", guard_.watch());
    tasks_.spawn("watching the lock", keep_lock());
    auto opened = http::SocketDoor::open(loop_, keeper_.keeper_pid(),
                                         [this](UniqueFd socket) { take_handed(std::move(socket)); });
    if (!opened) return log_.warning(opened.error().message);
    door_ = std::move(*opened);
    tasks_.spawn("the door for sockets", door_->serve());
}

void Reach::say(const std::string& what) {
    log_.warning(what);
    announcements_.say(EventType::agent_socket, what);
}

Task<> Reach::keep_lock() {
    for (;;) {
        const auto seen = lock_watcher_.before_look();
        // On a worker: the disk may not answer.
        const auto found = co_await offload(workers_, [&lock = lock_] { return lock.look(); });
        if (found == LockGuard::Found::retaken)
            say("the lock " + paths_.lock().string() + " was gone; it was taken again");
        std::optional<Clock::duration> pause;
        if (found == LockGuard::Found::unknown) pause = look_at_lock;
        co_await lock_watcher_.changed(seen, pause);
    }
}

/// The agent after this one is to have it too.
void Reach::serve_anew(UniqueFd socket) {
    if (is_closing_) return;
    if (unix_number_ != 0) keeper_.keep_listening(unix_number_, socket.get());
    if (const auto serves = serve_on(std::move(socket)); !serves) return log_.error(serves.error().message);
    // Listeners before it have connections still; not for ever, where somebody removes it again and again.
    bound_anew_.push_back(listeners_.back().get());
    if (bound_anew_.size() <= most_bound_anew) return;
    const auto oldest = std::find_if(listeners_.begin(), listeners_.end(),
                                     [&](const auto& one) { return one.get() == bound_anew_.front(); });
    bound_anew_.pop_front();
    add_counters((*oldest)->counters(), counted_);
    tasks_.spawn("closing a socket that was replaced", close_listener(std::move(*oldest)));
    listeners_.erase(oldest);
}

void Reach::take_handed(UniqueFd socket) {
    if (is_closing_ || known_.contains(inode_of(socket.get()))) return;
    const auto address = http::bound_address(socket.get());
    if (address && settings_.auth == HttpAuth::none && !is_loopback(*address)) {
        return say("a socket handed over is not served: http.auth: none is possible on loopback only");
    }
    const std::string named = address ? format_listen_address(*address) : paths_.socket().string();
    if (const auto serves = serve_on(std::move(socket)); !serves) return log_.error(serves.error().message);
    if (address) tcp_.push_back({named, true});
    say("socket activation listens on " + named + "; its socket was taken over");
}

http::Listener::Counters Reach::counters() const {
    auto sum = counted_;
    for (const auto& listener : listeners_) add_counters(listener->counters(), sum);
    return sum;
}

Task<> Reach::close(std::chrono::milliseconds grace) {
    is_closing_ = true;
    for (auto& listener : listeners_) co_await listener->stop(grace);
}

}  // namespace mcpm
