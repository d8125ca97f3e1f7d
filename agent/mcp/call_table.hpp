// The JSON-RPC calls in flight on one connection: an own integer id for each, the answer matched to exactly
// one, late, double and foreign answers told apart and counted. The asker's payload travels along. Pure: no
// I/O, no clock.
//
// Ids grow from `first_id` and are never used again, so an answer's id alone says what it is: at or above the
// next id it was never asked; below the first it belongs to a predecessor (takeover); else it was answered or
// abandoned. The id is the progress token as well.
#pragma once

#include "common/number.hpp"
#include "common/server_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::mcp {

struct CallCounts {
    std::uint64_t answered = 0;
    std::uint64_t late = 0;              // for a call we gave up, or of our predecessor
    std::uint64_t duplicate = 0;         // for a call that was answered before
    std::uint64_t unknown = 0;           // an id we never used
    std::uint64_t progress_dropped = 0;  // for no open call, or not growing
};

enum class Match { call, late, duplicate, unknown };

/// An id or token text as one of ours: a plain integer, also as a string ("1" for 1), which is how some
/// servers give it back. nullopt for other strings, fractions and the like.
inline std::optional<std::uint64_t> parse_own_id(std::string_view text) {
    if (text.size() > 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    return parse_number<std::uint64_t>(text);
}

template <typename Payload>
class CallTable {
  public:
    static constexpr std::size_t abandoned_limit = 4096;

    struct Call {
        std::string method;
        std::string name;         // tool, prompt or URI
        std::string asker_token;  // JSON text of the asker's own progress token, if it had one
        bool has_token = false;
        Timestamp since{};
        Payload payload{};
        double last_progress = -std::numeric_limits<double>::infinity();
    };

    struct Answer {
        Match match = Match::unknown;
        std::optional<Call> call = {};  // with Match::call
    };

    explicit CallTable(std::uint64_t first_id = 1) : first_(first_id), next_(first_id) {}

    std::uint64_t next_id() const { return next_; }
    std::size_t size() const { return open_.size(); }
    const std::map<std::uint64_t, Call>& open_calls() const { return open_; }
    const CallCounts& counts() const { return counts_; }

    std::uint64_t open(Call&& call) {
        open_.emplace(next_, std::move(call));
        return next_++;
    }

    /// An answer arrived. A matched call leaves the table.
    Answer answer(std::string_view id_text) {
        const auto id = parse_own_id(id_text);
        if (!id || *id >= next_ || *id == 0) return count(counts_.unknown, Match::unknown);
        if (*id < first_ || abandoned_.erase(*id) != 0) return count(counts_.late, Match::late);
        const auto found = open_.find(*id);
        if (found == open_.end()) return count(counts_.duplicate, Match::duplicate);
        Answer answer{Match::call, std::move(found->second)};
        open_.erase(found);
        ++counts_.answered;
        return answer;
    }

    /// Gives a call up (timed out, cancelled): its late answer is consumed without harm. False when it is not
    /// open.
    bool abandon(std::uint64_t id) {
        if (open_.erase(id) == 0) return false;
        if (abandoned_.size() == abandoned_limit) abandoned_.erase(abandoned_.begin());
        abandoned_.insert(id);
        return true;
    }

    /// A call that never went out: forgotten without a trace.
    void withdraw(std::uint64_t id) { open_.erase(id); }

    /// The open call that a progress notification belongs to, when its value has grown.
    const Call* progress(std::string_view token_text, double value) {
        const auto id = parse_own_id(token_text);
        const auto found = id ? open_.find(*id) : open_.end();
        if (found == open_.end() || !found->second.has_token || !(value > found->second.last_progress)) {
            ++counts_.progress_dropped;
            return nullptr;
        }
        found->second.last_progress = value;
        return &found->second;
    }

    /// Everything open, in the order it was asked; the table is empty afterwards and all answers are late.
    std::vector<Call> take_all() {
        std::vector<Call> calls;
        calls.reserve(open_.size());
        for (auto& [id, call] : open_) calls.push_back(std::move(call));
        open_.clear();
        abandoned_.clear();
        first_ = next_;
        return calls;
    }

  private:
    static Answer count(std::uint64_t& counter, Match match) {
        ++counter;
        return Answer{match};
    }

    std::uint64_t first_;
    std::uint64_t next_;
    std::map<std::uint64_t, Call> open_;
    std::set<std::uint64_t> abandoned_;
    CallCounts counts_;
};

}  // namespace mcpm::mcp
