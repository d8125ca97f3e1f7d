// Who is told of what: one rule of `notify.rules`, as a text and as a value. "slack email: crash-loop
// label=team=ops severity=warning": the channels, then what must hold of a notice, all of it; a kind may be
// any of several. Pure.
#pragma once

#include "common/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

enum class NotifyKind { unhealthy, crash_loop, recovered, disk_short, feedback, test };
enum class NotifySeverity { info, warning, critical };
enum class NotifyChannel { slack, discord, webhook, email, desktop };

std::string_view wire_name(NotifyKind kind);
std::string_view wire_name(NotifySeverity severity);
std::string_view wire_name(NotifyChannel channel);
std::optional<NotifyChannel> read_channel(std::string_view word);
/// "slack, discord, …"
std::string channel_names();

struct NotifyRule {
    std::vector<NotifyChannel> channels;  // never empty; `all` names each
    std::vector<NotifyKind> kinds = {};   // empty = any
    std::string label = {};               // empty = any; a notice without a server has none
    std::optional<std::string> label_value = {};
    NotifySeverity least = NotifySeverity::info;
};

/// validation_error says which word is wrong and what was expected.
Result<NotifyRule> read_notify_rule(std::string_view text);

/// "22:00-07:00", by the clock of this machine. From `begin` to before `end`, over midnight when it is later.
struct QuietHours {
    unsigned begin = 0, end = 0;  // minutes since midnight
    bool holds(unsigned minute) const {
        return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end;
    }
};
std::optional<QuietHours> read_quiet_hours(std::string_view text);

}  // namespace mcpm
