// The SQL of what is kept beside the truth (agent/store/history_store.hpp). Store's thread.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/history_store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mcpm::store {

/// One that was removed meanwhile is passed over.
void add_stats(Connection& connection, const std::string& server_id, const StatsPoint& look,
               std::uint64_t trimmed_at_once);
std::vector<StatsPoint> load_stats(Connection& connection, const std::string& server_id, StatsStep step,
                                   Timestamp since);

void add_call(Connection& connection, const CallRow& call);
/// In this order.
void add_calls(Connection& connection, const std::vector<CallRow>& calls);
/// Takes away what is beyond the limits, at most `trimmed_at_once` rows: the next time goes on.
void trim_calls(Connection& connection, Timestamp now, const HistoryLimits& limits);
void each_call(Connection& connection, Timestamp since, const std::function<void(const CallRow&)>& take);

/// The newest first, with their arguments.
std::vector<CallRow> newest_calls(Connection& connection, const CallFilter& filter, std::size_t limit);

/// The key of `meta` that has the sequence of the newest call that was sent on.
inline constexpr const char* sent_key = "calls_sent";
std::vector<CallRow> load_unsent(Connection& connection, std::size_t limit);

void add_feature(Connection& connection, const FeatureUse& use, const HistoryLimits& limits);
void trim_features(Connection& connection, std::int64_t today, const HistoryLimits& limits);
std::vector<FeatureUse> load_features(Connection& connection, std::int64_t since_day);

}  // namespace mcpm::store
