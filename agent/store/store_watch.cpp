#include "agent/store/store_watch.hpp"

#include <chrono>

namespace mcpm {

Task<> watch_store(StateStore& store, Loop& loop, PathWatch& disk, std::filesystem::path database) {
    constexpr std::chrono::seconds look_again{10};
    const std::filesystem::path log = database.string() + "-wal";
    PathWatcher watcher(
        disk, loop,
        {WatchedPath{database, WatchedPath::What::writes}, WatchedPath{log, WatchedPath::What::writes}},
        look_again);
    for (;;) {
        const auto seen = watcher.before_look();
        co_await store.look();
        co_await watcher.changed(seen);
    }
}

}  // namespace mcpm
