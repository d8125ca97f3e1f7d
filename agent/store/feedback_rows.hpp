// The SQL of feedback. Runs on the store's thread.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/feedback.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::store {

/// Keeps the newest `kept`; the oldest go.
void add_feedback(Connection& connection, const StoredFeedback& feedback, std::uint64_t kept);
/// Newest first.
std::vector<StoredFeedback> load_feedback(Connection& connection, const FeedbackQuery& query);
std::optional<StoredFeedback> find_feedback(Connection& connection, const std::string& id);
/// What may change of it: status, response and their times.
void save_feedback_answer(Connection& connection, const StoredFeedback& feedback);
FeedbackFigures count_feedback(Connection& connection);

}  // namespace mcpm::store
