#include "agent/notify/messages.hpp"

#include "common/hmac.hpp"
#include "common/units.hpp"
#include "common/utf8.hpp"
#include "common/whole_characters.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mcpm::notify {

namespace {

using wire::Json;

constexpr std::size_t most_shown = 10;  // an embed more, and Discord refuses the message

/// Whole characters, at most so many bytes.
std::string cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    return std::string(whole_characters(text, most - 3)) + "…";
}

/// What Slack and notify-send read as markup.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string_view sign_of(NotifySeverity severity) {
    constexpr std::array<std::string_view, 3> signs{":white_check_mark:", ":warning:", ":rotating_light:"};
    return signs[static_cast<std::size_t>(severity)];
}

int colour_of(NotifySeverity severity) {
    constexpr std::array<int, 3> colours{0x2EB67D, 0xECB22E, 0xE01E5A};
    return colours[static_cast<std::size_t>(severity)];
}

std::string rest_in_words(const Notices& notices) {
    return notices.size() > most_shown ? "and " + std::to_string(notices.size() - most_shown) + " more" : "";
}

Json notice_json(const Notice& notice) {
    Json json{{"kind", wire_name(notice.kind)}, {"severity", wire_name(notice.severity)}};
    if (!notice.server_id.empty()) json["server"] = {{"id", notice.server_id}, {"name", notice.server}};
    if (!notice.labels.empty()) json["labels"] = notice.labels;
    json["title"] = notice.title;
    json["text"] = notice.text;
    json["at"] = format_time(notice.at);
    return json;
}

}  // namespace

std::string headline(const Notices& notices) {
    if (notices.empty()) return {};
    const auto worst = std::max_element(
        notices.begin(), notices.end(),
        [](const Notice& left, const Notice& right) { return left.severity < right.severity; });
    if (notices.size() == 1) return worst->title;
    return worst->title + ", and " + std::to_string(notices.size() - 1) + " more";
}

std::string slack_message(const Notices& notices, std::string_view host) {
    auto blocks = Json::array();
    const auto section = [&blocks](const std::string& text) {
        blocks.push_back({{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}});
    };
    for (std::size_t i = 0; i < std::min(notices.size(), most_shown); ++i) {
        const auto& notice = notices[i];
        section(std::string(sign_of(notice.severity)) + " *" + escaped(cut(notice.title, 200)) + "*\n" +
                escaped(cut(notice.text, 1000)));
    }
    if (const auto rest = rest_in_words(notices); !rest.empty()) section(rest);
    blocks.push_back(
        {{"type", "context"}, {"elements", {{{"type", "mrkdwn"}, {"text", "mcpm on " + escaped(host)}}}}});
    return wire::to_text(Json{{"text", escaped(headline(notices))}, {"blocks", std::move(blocks)}});
}

std::string discord_message(const Notices& notices, std::string_view host) {
    auto embeds = Json::array();
    for (std::size_t i = 0; i < std::min(notices.size(), most_shown); ++i) {
        const auto& notice = notices[i];
        embeds.push_back({{"title", cut(notice.title, 200)},
                          {"description", cut(notice.text, 400)},
                          {"color", colour_of(notice.severity)},
                          {"timestamp", format_time(notice.at)},
                          {"footer", {{"text", "mcpm on " + cut(host, 100)}}}});
    }
    // Nobody is called by what a server wrote.
    Json message{{"embeds", std::move(embeds)}, {"allowed_mentions", {{"parse", Json::array()}}}};
    if (const auto rest = rest_in_words(notices); !rest.empty()) message["content"] = rest;
    return wire::to_text(message);
}

std::string webhook_message(const Notices& notices, std::string_view host, Timestamp now) {
    auto list = Json::array();
    for (const auto& notice : notices) list.push_back(notice_json(notice));
    return wire::to_text(Json{{"version", 1},
                              {"sentAt", format_time(now)},
                              {"host", host},
                              {"headline", headline(notices)},
                              {"notices", std::move(list)}});
}

std::vector<std::pair<std::string, std::string>> signature_headers(std::string_view key,
                                                                   std::string_view body, Timestamp now) {
    if (key.empty()) return {};
    const auto seconds =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    return {{"X-Mcpm-Timestamp", seconds},
            {"X-Mcpm-Signature-256", "sha256=" + hmac_sha256_hex(key, seconds + "." + std::string(body))}};
}

std::vector<std::string> desktop_arguments(const Notices& notices) {
    std::string text;
    auto worst = NotifySeverity::info;
    for (std::size_t i = 0; i < std::min(notices.size(), most_shown); ++i) {
        text += (i == 0 ? "" : "\n") + escaped(cut(notices[i].text, 300));
        worst = std::max(worst, notices[i].severity);
    }
    if (const auto rest = rest_in_words(notices); !rest.empty()) text += "\n" + rest;
    return {"--app-name=mcpm", worst == NotifySeverity::critical ? "--urgency=critical" : "--urgency=normal",
            "--", headline(notices), text};
}

}  // namespace mcpm::notify
