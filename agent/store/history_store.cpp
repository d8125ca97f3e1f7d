#include "agent/store/history_store.hpp"

#include "agent/store/call_rows.hpp"
#include "agent/store/history_rows.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/store_calls.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mcpm {

using store::Connection;

namespace {

/// Now or never, and no reason to write the backup of the definitions.
store::Work record(std::function<std::optional<Error>(Connection&)> run) {
    auto work = store::writing(store::Kind::definition, std::move(run));
    work.is_mere_use = true;
    return work;
}

}  // namespace

HistoryStore::HistoryStore(const StateStore& store, HistoryLimits limits)
    : queue_(store.queue()), limits_(limits) {}

Task<Result<>> HistoryStore::add_stats(std::vector<ServerStats> looks) {
    auto work = record([looks = std::move(looks), at_once = limits_.trimmed_at_once](Connection& connection) {
        for (const auto& look : looks) store::add_stats(connection, look.server_id, look.point, at_once);
        return std::optional<Error>();
    });
    co_return co_await store::write(queue_, "store what servers use", std::move(work));
}

Task<Result<std::vector<StatsPoint>>> HistoryStore::load_stats(std::string server_id, StatsStep step,
                                                               Timestamp since) {
    std::function<std::vector<StatsPoint>(Connection&)> load = [server_id, step,
                                                                since](Connection& connection) {
        return store::load_stats(connection, server_id, step, since);
    };
    co_return co_await store::read(queue_, "load what server " + server_id + " used", std::move(load));
}

Task<Result<>> HistoryStore::add_calls(Calls calls) {
    auto limits = limits_;
    limits.trimmed_at_once = std::max<std::uint64_t>(limits.trimmed_at_once, 2 * calls->size());
    auto work = record([calls, limits](Connection& connection) {
        store::add_calls(connection, *calls);
        if (!calls->empty()) store::trim_calls(connection, calls->back().at, limits);
        return std::optional<Error>();
    });
    co_return co_await store::write(queue_, "store calls of tools", std::move(work));
}

Task<Result<>> HistoryStore::each_call(Timestamp since, std::function<TakeCall()> begin) {
    std::function<bool(Connection&)> load = [since, begin = std::move(begin)](Connection& connection) {
        store::each_call(connection, since, begin());
        return true;
    };
    const auto done = co_await store::read(queue_, "load calls of tools", std::move(load));
    if (!done) co_return done.error();
    co_return Result<>{};
}

Task<Result<std::vector<CallRow>>> HistoryStore::newest_calls(CallFilter filter, std::size_t limit) {
    std::function<std::vector<CallRow>(Connection&)> load = [filter = std::move(filter),
                                                             limit](Connection& connection) {
        return store::newest_calls(connection, filter, limit);
    };
    co_return co_await store::read(queue_, "load the newest calls of tools", std::move(load));
}

Task<Result<std::vector<CallRow>>> HistoryStore::load_unsent(std::size_t limit) {
    std::function<std::vector<CallRow>(Connection&)> load = [limit](Connection& connection) {
        return store::load_unsent(connection, limit);
    };
    co_return co_await store::read(queue_, "load calls that were not sent", std::move(load));
}

Task<Result<>> HistoryStore::save_sent(std::uint64_t sequence) {
    auto work = record([sequence](Connection& connection) {
        store::save_meta(connection, store::sent_key, std::to_string(sequence));
        return std::optional<Error>();
    });
    co_return co_await store::write(queue_, "store what was sent", std::move(work));
}

Task<Result<>> HistoryStore::add_features(std::vector<FeatureUse> uses) {
    auto work = record([uses = std::move(uses), limits = limits_](Connection& connection) {
        for (const auto& use : uses) store::add_feature(connection, use, limits);
        if (!uses.empty()) store::trim_features(connection, uses.back().day, limits);
        return std::optional<Error>();
    });
    co_return co_await store::write(queue_, "store the use of features", std::move(work));
}

Task<Result<std::vector<FeatureUse>>> HistoryStore::load_features(std::int64_t since_day) {
    std::function<std::vector<FeatureUse>(Connection&)> load = [since_day](Connection& connection) {
        return store::load_features(connection, since_day);
    };
    co_return co_await store::read(queue_, "load the use of features", std::move(load));
}

}  // namespace mcpm
