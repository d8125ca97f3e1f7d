// The SQL of what servers use and of the use of features (agent/store/history_store.hpp). Store's thread.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/history_store.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mcpm::store {

/// One that was removed meanwhile is passed over.
void add_stats(Connection& connection, const std::string& server_id, const StatsPoint& look,
               std::uint64_t trimmed_at_once);
std::vector<StatsPoint> load_stats(Connection& connection, const std::string& server_id, StatsStep step,
                                   Timestamp since);

void add_feature(Connection& connection, const FeatureUse& use, const HistoryLimits& limits);
void trim_features(Connection& connection, std::int64_t today, const HistoryLimits& limits);
std::vector<FeatureUse> load_features(Connection& connection, std::int64_t since_day);

}  // namespace mcpm::store
