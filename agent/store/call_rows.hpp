// The SQL of calls of tools (agent/store/history_store.hpp). What calls have in common is a row of
// `call_names`, so that a call itself is a few numbers. Store's thread.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/history_store.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace mcpm::store {

/// In this order.
void add_calls(Connection& connection, const std::vector<CallRow>& calls);
/// Takes away what is beyond the limits, at most `trimmed_at_once` rows of each table: the next time goes on.
void trim_calls(Connection& connection, Timestamp now, const HistoryLimits& limits);
void each_call(Connection& connection, Timestamp since, const std::function<void(const CallRow&)>& take);

/// The newest first, with their arguments.
std::vector<CallRow> newest_calls(Connection& connection, const CallFilter& filter, std::size_t limit);

/// The key of `meta` that has the sequence of the newest call that was sent on.
inline constexpr const char* sent_key = "calls_sent";
std::vector<CallRow> load_unsent(Connection& connection, std::size_t limit);

}  // namespace mcpm::store
