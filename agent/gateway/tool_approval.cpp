#include "agent/gateway/tool_approval.hpp"

#include "agent/gateway/state.hpp"
#include "common/sha256.hpp"
#include "common/suggest.hpp"
#include "common/tool_names.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mcpm::gateway {

using Json = wire::Json;
using StandingKind = ToolStanding::Kind;
using Unordered = nlohmann::json;  // the order of members means nothing

namespace {

/// All that is listed under each name: nearly always one.
using Named = std::map<std::string, std::vector<Json>>;

Named by_name(std::string_view list) {
    Named named;
    const auto json = wire::parse(list);
    if (!json || !json->is_array()) return named;
    for (const auto& tool : *json) {
        if (!tool.is_object()) continue;
        const auto name = tool.find("name");
        if (name != tool.end() && name->is_string()) named[name->get<std::string>()].push_back(tool);
    }
    return named;
}

std::string hash_of(const std::vector<Json>& tools) {
    std::string text;
    for (const auto& tool : tools)
        text += Unordered(tool).dump(-1, ' ', false, Unordered::error_handler_t::replace);
    return sha256_hex(text);
}

Json member_of(const Json& tool, const std::string& name) {
    const auto found = tool.find(name);
    return found == tool.end() ? Json() : *found;
}

std::vector<ToolStanding::Change> changes_between(const std::vector<Json>& before,
                                                  const std::vector<Json>& now) {
    std::vector<ToolStanding::Change> changes;
    if (before.size() != now.size()) changes.push_back({"times listed", before.size(), now.size()});
    for (std::size_t at = 0; at < std::min(before.size(), now.size()); ++at) {
        std::set<std::string> members;
        for (const auto& [name, value] : before[at].items()) members.insert(name);
        for (const auto& [name, value] : now[at].items()) members.insert(name);
        for (const auto& name : members) {
            auto old_value = member_of(before[at], name);
            auto new_value = member_of(now[at], name);
            if (Unordered(old_value) != Unordered(new_value))
                changes.push_back({name, std::move(old_value), std::move(new_value)});
        }
    }
    return changes;
}

/// A pattern that matches this name alone.
std::string literal(std::string_view name) {
    std::string pattern;
    for (const char character : name) {
        if (std::string_view("*?[]\\").find(character) != std::string_view::npos) pattern.push_back('\\');
        pattern.push_back(character);
    }
    return pattern;
}

}  // namespace

std::vector<ToolStanding> compare_tools(std::string_view approved, std::string_view now) {
    const Named before = by_name(approved);
    const Named after = by_name(now);
    std::vector<ToolStanding> standings;
    for (const auto& [name, tools] : after) {
        const auto known = before.find(name);
        ToolStanding standing{name, StandingKind::fresh, {}, hash_of(tools)};
        if (known != before.end()) {
            standing.approved_hash = hash_of(known->second);
            standing.changes = changes_between(known->second, tools);
            standing.kind = standing.changes.empty() ? StandingKind::approved : StandingKind::changed;
        }
        if (!is_lawful_tool_name(name)) standing.kind = StandingKind::unlawful;
        standings.push_back(std::move(standing));
    }
    for (const auto& [name, tools] : before) {
        if (!after.contains(name))
            standings.push_back({name, StandingKind::gone, {}, hash_of(tools), hash_of(tools)});
    }
    std::sort(standings.begin(), standings.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return standings;
}

std::string_view kind_name(StandingKind kind) {
    switch (kind) {
        case StandingKind::approved:
            return "approved";
        case StandingKind::changed:
            return "changed";
        case StandingKind::fresh:
            return "new";
        case StandingKind::gone:
            return "gone";
        case StandingKind::unlawful:
            return "unlawful";
    }
    return "";
}

std::string describe_standings(const std::vector<ToolStanding>& standings) {
    std::string sentence;
    for (const StandingKind kind : {StandingKind::changed, StandingKind::fresh, StandingKind::gone}) {
        std::string names;
        for (const auto& one : standings) {
            if (one.kind == kind) names += (names.empty() ? "" : ", ") + one.name;
        }
        if (names.empty()) continue;
        if (!sentence.empty()) sentence += "; ";
        sentence += std::string(kind_name(kind)) + " " + names;
    }
    return sentence;
}

Result<std::string> approve_tools(std::string_view approved, std::string_view now,
                                  const std::vector<std::string>& names) {
    Named kept = by_name(approved);
    const Named live = by_name(now);
    if (names.empty()) kept = live;
    for (const auto& name : names) {
        const auto found = live.find(name);
        if (found != live.end()) {
            kept[name] = found->second;
        } else if (kept.erase(name) == 0) {
            std::vector<std::string_view> known;
            for (const auto& [other, tools] : live) known.push_back(other);
            return Error{ErrorCode::not_found,
                         "approve tool '" + name + "': there is no such tool" + did_you_mean(name, known)};
        }
    }
    auto list = Json::array();
    for (const auto& [name, tools] : kept) {
        for (const auto& tool : tools) list.push_back(tool);
    }
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ToolRules held_back(const ToolRules& rules, std::string_view approved, std::string_view now) {
    Target ruled;
    ruled.tools = rules;
    ToolRules held = rules;
    held.allow.clear();
    for (const auto& one : compare_tools(approved, now)) {
        if (one.kind == StandingKind::approved && is_allowed(ruled, one.name))
            held.allow.push_back(literal(one.name));
    }
    if (held.allow.empty()) held.deny.emplace_back("*");
    return held;
}

}  // namespace mcpm::gateway
