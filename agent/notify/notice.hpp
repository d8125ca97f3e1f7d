// What people are told of: made of events, chosen by rules. Pure.
#pragma once

#include "common/event.hpp"
#include "common/notify_rule.hpp"
#include "common/signal_settings.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mcpm::notify {

using Labels = std::map<std::string, std::string>;

struct Notice {
    NotifyKind kind = NotifyKind::test;
    NotifySeverity severity = NotifySeverity::info;
    std::string server_id = {}, server = {};  // empty: of the agent
    Labels labels = {};
    std::string title, text = {};
    Timestamp at{};
};

NotifySeverity severity_of(NotifyKind kind);

/// The notices in the stream of events. Remembers which servers it said to be in trouble: only those recover.
class Watch {
  public:
    std::optional<Notice> take(const Event& event, const Labels& labels);
    /// Of the room beside the data. Short below `least`, good again above it by a tenth.
    std::optional<Notice> take_free_space(std::uint64_t free, std::uint64_t least, Timestamp now);

  private:
    std::optional<Notice> take_health(const Event& event, Notice notice);
    std::set<std::string> unhealthy_, looping_;
    bool is_short_ = false;
};

/// Who is told, of those that are set up.
std::vector<NotifyChannel> channels_for(const Notice& notice, const std::vector<NotifyRule>& rules,
                                        const std::vector<NotifyChannel>& set_up);

}  // namespace mcpm::notify
