#include "agent/http/router.hpp"

#include "agent/http/target.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace mcpm::http {

namespace {

constexpr std::size_t segment_limit = 16;

struct Segments {
    std::array<std::string_view, segment_limit> items{};
    std::size_t count = 0;
    bool too_many = false;
};

Segments split(std::string_view path) {
    Segments out;
    if (!path.starts_with('/')) {
        out.too_many = true;
        return out;
    }
    path.remove_prefix(1);
    for (;;) {
        if (out.count == segment_limit) {
            out.too_many = true;
            return out;
        }
        const auto slash = path.find('/');
        out.items[out.count++] = path.substr(0, slash);
        if (slash == std::string_view::npos) return out;
        path.remove_prefix(slash + 1);
    }
}

bool is_value(std::string_view pattern) {
    return pattern.starts_with('{');
}

bool same_literal(std::string_view pattern, std::string_view segment) {
    if (pattern == segment) return true;
    if (segment.find('%') == std::string_view::npos) return false;
    const auto plain = decoded(segment, Plus::is_plus);
    return plain && *plain == pattern;
}

/// Of as many segments, and with the first one alike.
bool matches(const std::vector<std::string_view>& pattern, const Segments& path) {
    for (std::size_t at = 1; at < path.count; ++at) {
        const auto segment = path.items[at];
        if (is_value(pattern[at]) ? segment.empty() : !same_literal(pattern[at], segment)) return false;
    }
    return true;
}

bool is_answered_by(std::string_view asked, std::string_view offered) {
    return asked == offered || (asked == "HEAD" && offered == "GET");
}

void allow(std::vector<std::string_view>& allowed, std::string_view method) {
    if (std::find(allowed.begin(), allowed.end(), method) == allowed.end()) allowed.push_back(method);
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
    patterns_.reserve(routes_.size());
    for (const auto& route : routes_) {
        const auto segments = split(route.pattern);
        if (segments.count >= by_count_.size()) by_count_.resize(segments.count + 1);
        auto& groups = by_count_[segments.count];
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const Group& one) { return one.first == segments.items[0]; });
        if (group == groups.end()) group = groups.insert(groups.end(), Group{segments.items[0], {}});
        group->rows.push_back(patterns_.size());
        patterns_.emplace_back(segments.items.begin(),
                               segments.items.begin() + static_cast<std::ptrdiff_t>(segments.count));
    }
}

/// False when an escape in one of them is none.
bool Router::take_values(std::size_t row, std::span<const std::string_view> segments, Match& match) const {
    match.pattern = routes_[row].pattern;
    match.values.clear();
    for (std::size_t at = 0; at < segments.size(); ++at) {
        if (!is_value(patterns_[row][at])) continue;
        auto value = decoded(segments[at], Plus::is_plus);
        if (!value) return false;
        match.values.push_back(std::move(*value));
    }
    return true;
}

const Router::Group* Router::find_group(std::size_t count, std::string_view first) const {
    if (count >= by_count_.size()) return nullptr;
    const auto& groups = by_count_[count];
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return same_literal(group.first, first); });
    return found == groups.end() ? nullptr : &*found;
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    const auto segments = split(path);
    if (segments.too_many) return match;
    const auto* const group = find_group(segments.count, segments.items[0]);
    if (group == nullptr) return match;
    const std::span<const std::string_view> parts(segments.items.data(), segments.count);
    for (const std::size_t row : group->rows) {
        if (!matches(patterns_[row], segments)) continue;
        const bool is_first = match.pattern.empty();
        if (!is_answered_by(method, routes_[row].method)) {
            allow(match.allowed, routes_[row].method);
            if (routes_[row].method == "GET") allow(match.allowed, "HEAD");
            if (is_first && !take_values(row, parts, match)) return Match{};
            continue;
        }
        if (!take_values(row, parts, match)) return Match{};
        match.route = &routes_[row];
        match.allowed.clear();
        return match;
    }
    return match;
}

}  // namespace mcpm::http
