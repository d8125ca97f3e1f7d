#include "agent/notify/kept_notices.hpp"

#include "common/json_members.hpp"
#include "common/own_file.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace mcpm::notify {

namespace {

using wire::Json;

constexpr std::size_t most_bytes = 8U << 20U;

/// The enumerator of that name, of those from the first one on.
template <typename Enum>
std::optional<Enum> named(std::string_view name, Enum last) {
    for (int at = 0; at <= static_cast<int>(last); ++at)
        if (wire_name(static_cast<Enum>(at)) == name) return static_cast<Enum>(at);
    return std::nullopt;
}

Json notice_json(const Notice& notice) {
    return {{"kind", wire_name(notice.kind)},
            {"severity", wire_name(notice.severity)},
            {"serverId", notice.server_id},
            {"server", notice.server},
            {"labels", Json(notice.labels)},
            {"title", notice.title},
            {"text", notice.text},
            {"at", format_time(notice.at)}};
}

Json letter_json(const Letter& letter) {
    return {{"from", letter.from}, {"to", letter.to}, {"subject", letter.subject}, {"text", letter.text}};
}

std::optional<Notice> read_notice(const Json& json) {
    if (!json.is_object()) return std::nullopt;
    const auto kind = named(text_at(json, "kind"), NotifyKind::test);
    const auto severity = named(text_at(json, "severity"), NotifySeverity::critical);
    const auto at = parse_time(text_at(json, "at"));
    if (!kind || !severity || !at) return std::nullopt;
    Notice notice{*kind,
                  *severity,
                  text_at(json, "serverId"),
                  text_at(json, "server"),
                  {},
                  text_at(json, "title"),
                  text_at(json, "text"),
                  *at};
    if (const auto labels = json.find("labels"); labels != json.end() && labels->is_object())
        for (const auto& [name, value] : labels->items())
            if (value.is_string()) notice.labels[name] = value.get<std::string>();
    return notice;
}

std::optional<Letter> read_letter(const Json& json) {
    if (!json.is_object()) return std::nullopt;
    Letter letter{text_at(json, "from"), {}, text_at(json, "subject"), text_at(json, "text")};
    if (const auto to = json.find("to"); to != json.end() && to->is_array())
        for (const auto& one : *to)
            if (one.is_string()) letter.to.push_back(one.get<std::string>());
    if (letter.to.empty()) return std::nullopt;
    return letter;
}

template <typename Value, typename Read>
std::vector<Value> read_all(const Json& json, const char* key, const Read& read) {
    std::vector<Value> values;
    const auto found = json.find(key);
    if (found == json.end() || !found->is_array()) return values;
    for (const auto& one : *found)
        if (auto value = read(one)) values.push_back(std::move(*value));
    return values;
}

}  // namespace

std::string kept_text(const std::vector<Kept>& kept) {
    auto lanes = Json::array();
    for (const auto& lane : kept) {
        Json json{{"channel", wire_name(lane.channel)}};
        json["notices"] = Json::array();
        json["letters"] = Json::array();
        for (const auto& notice : lane.notices) json["notices"].push_back(notice_json(notice));
        for (const auto& letter : lane.letters) json["letters"].push_back(letter_json(letter));
        lanes.push_back(std::move(json));
    }
    return wire::to_text(lanes);
}

std::vector<Kept> read_kept(std::string_view text) {
    std::vector<Kept> kept;
    const auto lanes = wire::parse(text);
    if (!lanes || !lanes->is_array()) return kept;
    for (const auto& json : *lanes) {
        const auto channel = json.is_object() ? read_channel(text_at(json, "channel")) : std::nullopt;
        if (!channel) continue;
        kept.push_back({*channel, read_all<Notice>(json, "notices", read_notice),
                        read_all<Letter>(json, "letters", read_letter)});
    }
    return kept;
}

Result<> save_kept(const std::filesystem::path& file, const std::vector<Kept>& kept) {
    const auto opened = open_own_file(file, O_WRONLY | O_CREAT | O_TRUNC);
    if (!opened) return opened.error();
    const std::string text = kept_text(kept);
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto written = ::write(opened->get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("keep notices that wait", errno);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::vector<Kept> take_kept(const std::filesystem::path& file) {
    const auto text = read_own_file(file, most_bytes);
    if (!text) return {};
    ::unlink(file.c_str());
    return read_kept(*text);
}

}  // namespace mcpm::notify
