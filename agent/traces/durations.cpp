#include "agent/traces/durations.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace mcpm::traces {

namespace {

constexpr std::array names{client_duration, server_duration, client_session_duration,
                           server_session_duration};

/// The conventions advise the same bounds for sessions, which end at five minutes; these go on to a week.
constexpr double session_bounds[] = {0.01, 0.1, 1,    5,    10,    30,    60,    120,
                                     300,  600, 1800, 3600, 14400, 43200, 86400, 604800};

/// Requests of MCP of all versions. What a client invents is no name of few different values.
constexpr std::array<std::string_view, 23> methods{"initialize",
                                                   "ping",
                                                   "server/discover",
                                                   "tools/list",
                                                   "tools/call",
                                                   "prompts/list",
                                                   "prompts/get",
                                                   "resources/list",
                                                   "resources/templates/list",
                                                   "resources/read",
                                                   "resources/subscribe",
                                                   "resources/unsubscribe",
                                                   "completion/complete",
                                                   "logging/setLevel",
                                                   "subscriptions/listen",
                                                   "tasks/get",
                                                   "tasks/list",
                                                   "tasks/update",
                                                   "tasks/result",
                                                   "tasks/cancel",
                                                   "roots/list",
                                                   "sampling/createMessage",
                                                   "elicitation/create"};
constexpr std::string_view other_method = "_OTHER";  // as the conventions for HTTP have it

std::string_view method_of(const EndedWork& work) {
    const bool is_known = std::find(methods.begin(), methods.end(), work.method) != methods.end();
    return is_known || work.method.empty() ? work.method : other_method;
}

/// A name that the server refuses may be any.
std::string_view target_of(const EndedWork& work) {
    constexpr std::int64_t invalid_params = -32602;
    return work.code == invalid_params ? std::string_view() : work.target;
}

std::string error_of(const EndedWork& work) {
    if (!work.error.empty() || !work.code) return std::string(work.error);
    return std::to_string(*work.code);
}

void write_key(std::string& key, const EndedWork& work) {
    key.clear();
    for (const auto part : {method_of(work), target_of(work), work.error, work.protocol_version,
                            work.transport, work.host, work.server}) {
        key += part;
        key += '\n';  // in none of them but a name of a server's own, which is data
    }
    key += work.is_http ? 'h' : '-';
    if (work.code) key += std::to_string(*work.code);
    key += ':';
    key += std::to_string(work.port);
}

std::vector<Attribute> attributes_of(const EndedWork& work) {
    std::vector<Attribute> attributes;
    const auto add = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) attributes.push_back({key, std::string(value)});
    };
    const std::string_view method = method_of(work);
    const bool is_tool = method == "tools/call";
    add(name::method, method);
    if (is_tool) add(name::operation, "execute_tool");
    if (is_tool) add(name::tool, target_of(work));
    if (method == "prompts/get") add(name::prompt, target_of(work));
    add(name::error_type, error_of(work));
    if (work.code) add(name::response_status, std::to_string(*work.code));
    add(name::protocol_version, work.protocol_version);
    add(name::transport, work.transport);
    if (work.is_http) add(name::protocol, "http");
    add(name::server_host, work.host);
    if (work.port > 0) attributes.push_back({name::server_port, std::int64_t{work.port}});
    add(name::server, work.server);
    return attributes;
}

bool is_session(Measured what) {
    return what == Measured::client_session || what == Measured::server_session;
}

std::span<const double> bounds_of(Measured what) {
    if (is_session(what)) return session_bounds;
    return metrics::call_bounds;
}

}  // namespace

void DurationBook::note(Measured what, const EndedWork& work) {
    Points& points = points_[static_cast<std::size_t>(what)];
    write_key(key_, work);
    auto found = points.find(key_);
    if (found == points.end()) {
        const bool is_full = points.size() >= most_points;
        if (is_full) key_.clear();
        auto attributes = is_full ? std::vector<Attribute>{{name::overflow, true}} : attributes_of(work);
        found =
            points.try_emplace(key_, Point{std::move(attributes), metrics::Histogram(bounds_of(what))}).first;
    }
    found->second.durations.add(work.took);
}

std::vector<Measure> DurationBook::measures() const {
    std::vector<Measure> all;
    for (std::size_t at = 0; at < points_.size(); ++at) {
        if (points_[at].empty()) continue;
        Measure measure{names[at], bounds_of(static_cast<Measured>(at))};
        for (const auto& [key, point] : points_[at]) {
            const auto& counts = point.durations.counts();
            measure.points.push_back({point.attributes,
                                      {counts.begin(), counts.end()},
                                      point.durations.count(),
                                      point.durations.sum()});
        }
        all.push_back(std::move(measure));
    }
    return all;
}

}  // namespace mcpm::traces
