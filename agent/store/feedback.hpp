// Feedback as it is stored. What its words may be is agent/feedback's matter.
#pragma once

#include "common/server_spec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

struct StoredFeedback {
    std::string id;
    std::string type, status;
    std::string title, description;
    std::optional<unsigned> rating = {};
    std::string email = {};                                              // of the sender; empty = none given
    std::string version = {}, page = {}, command = {}, user_agent = {};  // where it was written
    std::string actor = {};                                              // "uid:1000", "token:laptop"
    std::string response = {};
    Timestamp created_at{}, updated_at{};
    std::optional<Timestamp> responded_at = {}, resolved_at = {};
};

/// Empty = any.
struct FeedbackQuery {
    std::string type = {}, status = {};
    std::optional<unsigned> rating = {};
    unsigned limit = 100;
};

/// What the store counts.
struct FeedbackFigures {
    std::uint64_t total = 0, answered = 0;
    std::map<std::string, std::uint64_t> by_type = {}, by_status = {};
    std::map<unsigned, std::uint64_t> by_rating = {};
    std::vector<std::int64_t> resolution_ms = {};  // from its coming to its first being resolved, ascending
};

}  // namespace mcpm
