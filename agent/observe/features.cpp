#include "agent/observe/features.hpp"

#include "common/fields/usage_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace mcpm::observe {

namespace {

using wire::Json;

constexpr std::size_t most_events = 1'000;
constexpr std::size_t longest_subject = 128;
constexpr std::size_t most_listed = 20;
constexpr double largest_value = 1e9;

enum class Measures { nothing, something };
struct Type {
    std::string_view name;
    Measures measures = Measures::nothing;
};
constexpr std::array types{Type{"server_created"},
                           Type{"server_started"},
                           Type{"template_deployed"},
                           Type{"page_view"},
                           Type{"error_occurred"},
                           Type{"feature_used"},
                           Type{"session_ended", Measures::something}};

const Type* type_of(std::string_view name) {
    const auto* const found =
        std::find_if(types.begin(), types.end(), [&](const Type& type) { return type.name == name; });
    return found == types.end() ? nullptr : found;
}

Error bad(std::size_t at, const std::string& what) {
    return Error{ErrorCode::validation_error, "events[" + std::to_string(at) + "]." + what};
}

Result<FeatureUse> read_event(const Json& event, std::size_t at, Timestamp now) {
    if (!event.is_object())
        return Error{ErrorCode::validation_error,
                     "events[" + std::to_string(at) + "]: an object is expected"};
    FeatureUse use{day_number(now), {}, {}, 1, 0};
    double value = 0;
    for (const auto& [key, said] : event.items()) {
        if (key == "type" && said.is_string())
            use.type = said.get<std::string>();
        else if (key == "subject" && said.is_string())
            use.subject = said.get<std::string>();
        else if (key == "value" && said.is_number())
            value = said.get<double>();
        else
            return bad(at, key + ": type and subject as texts and value as a number are expected");
    }
    const Type* const type = type_of(use.type);
    if (type == nullptr) return bad(at, "type: none of those that are counted");
    if (use.subject.size() > longest_subject) return bad(at, "subject: at most 128 bytes are expected");
    if (!(value >= 0 && value <= largest_value)) return bad(at, "value: 0 to 1000000000 is expected");
    if (type->measures == Measures::something) use.total = static_cast<std::uint64_t>(value);
    return use;
}

using Counts = std::map<std::string, std::uint64_t>;

/// The most frequent first.
Json listed(const Counts& counts, const char* name) {
    std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& left, const auto& right) { return left.second > right.second; });
    if (sorted.size() > most_listed) sorted.resize(most_listed);
    Json list = Json::array();
    for (const auto& [what, count] : sorted) list.push_back({{name, what}, {fields::usage::count, count}});
    return list;
}

}  // namespace

std::int64_t day_number(Timestamp at) {
    return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

Result<std::vector<FeatureUse>> read_feature_events(const Json& body, Timestamp now) {
    const auto events = body.find(fields::usage::events);
    if (events == body.end() || !events->is_array())
        return Error{ErrorCode::validation_error, "events: an array is expected"};
    if (events->size() > most_events)
        return Error{ErrorCode::validation_error, "events: at most 1000 at once are expected"};
    std::vector<FeatureUse> uses;
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    for (std::size_t at = 0; at < events->size(); ++at) {
        auto use = read_event((*events)[at], at, now);
        if (!use) return use.error();
        const auto [place, is_new] = places.try_emplace({use->type, use->subject}, uses.size());
        if (is_new) {
            uses.push_back(std::move(*use));
            continue;
        }
        uses[place->second].count += use->count;
        uses[place->second].total += use->total;
    }
    return uses;
}

Json feature_report_json(std::string_view range, const std::vector<FeatureUse>& uses,
                         const UsageReport& calls, std::size_t servers) {
    Counts types_met;
    Counts templates;
    Counts features;
    std::uint64_t session_seconds = 0;
    for (const FeatureUse& use : uses) {
        types_met[use.type] += use.count;
        if (use.type == "template_deployed") templates[use.subject] += use.count;
        if (use.type == "page_view" || use.type == "feature_used") features[use.subject] += use.count;
        if (use.type == "session_ended") session_seconds += use.total;
    }
    const UsageRow& total = calls.total();
    if (total.calls > 0) features["tool calls"] = total.calls;
    Json json{{fields::usage::range, range},
              {fields::usage::total_users, calls.clients()},
              {fields::usage::total_servers, servers},
              {fields::usage::servers_created, types_met["server_created"]},
              {fields::usage::servers_started, types_met["server_started"]},
              {fields::usage::popular_templates, listed(templates, "template")},
              {fields::usage::calls, total.calls},
              {fields::usage::errors_reported, types_met["error_occurred"]},
              {fields::usage::feature_use, listed(features, "feature")}};
    if (const auto sessions = types_met["session_ended"]; sessions > 0)
        json[fields::usage::average_session] =
            std::round(static_cast<double>(session_seconds) / static_cast<double>(sessions) * 10) / 10;
    if (total.calls > 0)
        json[fields::usage::error_rate] =
            std::round(static_cast<double>(total.errors) / static_cast<double>(total.calls) * 10'000) / 100;
    return json;
}

}  // namespace mcpm::observe
