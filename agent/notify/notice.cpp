#include "agent/notify/notice.hpp"

#include "common/enum_names.hpp"
#include "common/event_type.hpp"
#include "common/fields/event_fields.hpp"
#include "common/fields/feedback_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <algorithm>

namespace mcpm::notify {

namespace {

Notice of_event(const Event& event, const Labels& labels) {
    Notice notice;
    notice.server_id = event.server_id;
    notice.server = event.server_name;
    notice.labels = labels;
    notice.text = event.message;
    notice.at = event.at;
    return notice;
}

Notice as(Notice notice, NotifyKind kind, std::string title) {
    notice.kind = kind;
    notice.severity = severity_of(kind);
    notice.title = std::move(title);
    return notice;
}

wire::Json detail_of(const Event& event) {
    auto json = wire::parse(event.detail);
    return json && json->is_object() ? *json : wire::Json::object();
}

std::string word(const wire::Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool fits(const NotifyRule& rule, const Notice& notice) {
    if (notice.severity < rule.least) return false;
    if (!rule.kinds.empty() &&
        std::find(rule.kinds.begin(), rule.kinds.end(), notice.kind) == rule.kinds.end())
        return false;
    if (rule.label.empty()) return true;
    const auto found = notice.labels.find(rule.label);
    return found != notice.labels.end() && (!rule.label_value || *rule.label_value == found->second);
}

}  // namespace

NotifySeverity severity_of(NotifyKind kind) {
    switch (kind) {
        case NotifyKind::crash_loop:
        case NotifyKind::disk_short:
            return NotifySeverity::critical;
        case NotifyKind::unhealthy:
        case NotifyKind::feedback:
            return NotifySeverity::warning;
        case NotifyKind::recovered:
        case NotifyKind::test:
            break;
    }
    return NotifySeverity::info;
}

std::optional<Notice> Watch::take_health(const Event& event, Notice notice) {
    const auto health = value_of<Health>(word(detail_of(event), fields::event::health));
    if (health == Health::unhealthy) {
        if (!unhealthy_.insert(event.server_id).second) return std::nullopt;
        return as(std::move(notice), NotifyKind::unhealthy, event.server_name + " is unhealthy");
    }
    if (health != Health::healthy || unhealthy_.erase(event.server_id) == 0) return std::nullopt;
    return as(std::move(notice), NotifyKind::recovered, event.server_name + " is healthy again");
}

std::optional<Notice> Watch::take(const Event& event, const Labels& labels) {
    Notice notice = of_event(event, labels);
    if (event.type == name_of(EventType::server_health)) return take_health(event, std::move(notice));
    if (event.type == name_of(EventType::server_crash_loop)) {
        looping_.insert(event.server_id);
        return as(std::move(notice), NotifyKind::crash_loop, event.server_name + " is in a crash loop");
    }
    if (event.type == name_of(EventType::server_status) &&
        word(detail_of(event), fields::event::status) == wire_name(ServerState::running)) {
        if (looping_.erase(event.server_id) == 0) return std::nullopt;
        return as(std::move(notice), NotifyKind::recovered, event.server_name + " runs again");
    }
    if (event.type == name_of(EventType::server_deleted)) {
        unhealthy_.erase(event.server_id);
        looping_.erase(event.server_id);
        return std::nullopt;
    }
    if (event.type != name_of(EventType::feedback_received)) return std::nullopt;
    const auto detail = detail_of(event);
    const auto is_for_team = detail.find(fields::feedback::for_team);
    if (is_for_team == detail.end() || *is_for_team != true) return std::nullopt;
    return as(std::move(notice), NotifyKind::feedback,
              "new feedback: " + word(detail, fields::feedback::type));
}

std::optional<Notice> Watch::take_free_space(std::uint64_t free, std::uint64_t least, Timestamp now) {
    Notice notice;
    notice.at = now;
    notice.text = format_bytes(free) + " are free beside the agent's data, " + format_bytes(least) +
                  " are wanted (notify.disk_free)";
    if (!is_short_ && free < least) {
        is_short_ = true;
        return as(std::move(notice), NotifyKind::disk_short, "the disk is short of room");
    }
    if (!is_short_ || free < least + least / 10) return std::nullopt;
    is_short_ = false;
    return as(std::move(notice), NotifyKind::recovered, "the disk has room again");
}

std::vector<NotifyChannel> channels_for(const Notice& notice, const std::vector<NotifyRule>& rules,
                                        const std::vector<NotifyChannel>& set_up) {
    if (rules.empty()) {
        const bool is_told =
            notice.severity >= NotifySeverity::warning || notice.kind == NotifyKind::recovered;
        return is_told ? set_up : std::vector<NotifyChannel>();
    }
    std::vector<NotifyChannel> told;
    for (const auto channel : set_up) {
        const bool is_meant = std::any_of(rules.begin(), rules.end(), [&](const NotifyRule& rule) {
            return fits(rule, notice) &&
                   std::find(rule.channels.begin(), rule.channels.end(), channel) != rule.channels.end();
        });
        if (is_meant) told.push_back(channel);
    }
    return told;
}

}  // namespace mcpm::notify
