// Who uses which tools how much, out of the calls that were recorded; and what is not used.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/api/stats_json.hpp"
#include "agent/api/tool_words.hpp"
#include "agent/door/answer.hpp"
#include "agent/observe/features.hpp"
#include "agent/observe/usage_report.hpp"
#include "common/fields/usage_fields.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

using observe::UsageBy;
using observe::UsageReport;

constexpr std::size_t most_unused = 200;  // names of tools of one server

UsageBy by_of(std::string_view word) {
    constexpr std::array<std::string_view, 4> words{"server", "tool", "client", "day"};
    const auto* const found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? UsageBy::tool : static_cast<UsageBy>(found - words.begin());
}

/// Reads all calls of that time; what waits to be stored is stored first.
Task<Result<std::shared_ptr<const UsageReport>>> report_of(Rooms& rooms, UsageBy by, Duration range) {
    auto& desk = rooms.desk;
    co_await desk.calls.store();
    const auto holder = std::make_shared<std::shared_ptr<UsageReport>>();
    std::function<HistoryStore::TakeCall()> begin = [holder, by] {
        *holder = std::make_shared<UsageReport>(by);
        return [report = *holder](const CallRow& call) { report->add(call); };
    };
    const auto read = co_await desk.history.each_call(now_utc() - range, std::move(begin));
    if (!read) co_return read.error();
    co_return std::shared_ptr<const UsageReport>(*holder);
}

/// The tools that a server offers and nobody called.
wire::Json unused_tools_of(const Rooms& rooms, const UsageReport& report, const std::string& server_id) {
    auto names = wire::Json::array();
    const auto kept = rooms.offers.kept(server_id);
    if (!kept) return names;
    for (const auto& tool : tool_names(kept->tools)) {
        if (names.size() >= most_unused) break;
        if (!report.has_used(server_id, tool)) names.push_back(tool);
    }
    return names;
}

void add_unused(const Rooms& rooms, const UsageReport& report, wire::Json& json) {
    for (const auto& server : rooms.supervisor.outlines()) {
        auto tools = unused_tools_of(rooms, report, server.id);
        if (!tools.empty())
            json[fields::usage::unused_tools].push_back(
                {{fields::usage::server, server.spec->name}, {fields::usage::tools, std::move(tools)}});
        const auto reading = rooms.desk.stats.newest(server.id);
        if (!reading || server.spec->lazy || report.has_used(server.id)) continue;
        json[fields::usage::idle_servers].push_back(
            {{fields::usage::server, server.spec->name},
             {fields::usage::memory_bytes, reading->look.usage.memory_bytes},
             {fields::usage::advice, "mcpm update " + in_shell_words(server.spec->name) + " --lazy"}});
    }
}

/// While no call is recorded, how many there were is not known, nor that something was not used.
void add_sums(const UsageReport& report, bool is_recorded, wire::Json& json) {
    json[fields::usage::rows] = wire::Json::array();
    for (const auto* row : report.rows()) json[fields::usage::rows].push_back(usage_row_json(*row));
    if (const auto since = report.since()) json[fields::usage::since] = format_time(*since);
    if (!is_recorded && report.total().calls == 0) return;
    json[fields::usage::total] = usage_row_json(report.total());
    json[fields::usage::clients] = report.clients();
}

}  // namespace

Task<http::Response> show_usage(Rooms& rooms, http::Request& request) {
    const auto range = stats_range_of(request.parameter("range").value_or("30d"));
    const std::string by(request.parameter("by").value_or("tool"));
    const auto report = co_await report_of(rooms, by_of(by), range.length);
    if (!report) co_return failure(report.error());
    co_await rooms.desk.stats.look();
    const bool is_recorded = rooms.desk.records_calls;
    wire::Json json{
        {fields::usage::range, range.name}, {fields::usage::by, by}, {fields::usage::recorded, is_recorded}};
    add_sums(**report, is_recorded, json);
    json[fields::usage::lost] = rooms.desk.calls.lost();
    json[fields::usage::unused_tools] = wire::Json::array();
    json[fields::usage::idle_servers] = wire::Json::array();
    if (is_recorded) add_unused(rooms, **report, json);
    co_return success(json);
}

Task<http::Response> list_calls(Rooms& rooms, http::Request& request) {
    constexpr std::uint64_t most = 1000;
    CallFilter filter;
    filter.since = now_utc() - stats_range_of(request.parameter("range").value_or("30d")).length;
    filter.tool = request.parameter("tool").value_or("");
    filter.trace = request.parameter("trace").value_or("");
    if (const auto name = request.parameter("server")) {
        const auto server = rooms.supervisor.find(*name);
        if (!server) co_return failure(server.error());
        filter.server_id = server->id;
    }
    co_await rooms.desk.calls.store();
    const auto calls =
        co_await rooms.desk.history.newest_calls(std::move(filter), count(request, "limit", 50, most));
    if (!calls) co_return failure(calls.error());
    auto json = wire::Json::array();
    for (const auto& call : *calls) json.push_back(observe::call_json(call));
    co_return success(json);
}

Task<http::Response> show_analytics(Rooms& rooms, http::Request& request) {
    const auto range = stats_range_of(request.parameter("range").value_or("30d"));
    const auto report = co_await report_of(rooms, UsageBy::server, range.length);
    if (!report) co_return failure(report.error());
    const auto uses =
        co_await rooms.desk.history.load_features(observe::day_number(now_utc() - range.length));
    if (!uses) co_return failure(uses.error());
    auto json = observe::feature_report_json(range.name, *uses, **report, rooms.supervisor.outlines().size());
    if (!rooms.desk.records_calls && (*report)->total().calls == 0)
        for (const char* const unknown : {fields::usage::total_users, fields::usage::calls})
            json.erase(unknown);
    co_return success(json);
}

Task<http::Response> show_outgoing(Rooms& rooms, http::Request&) {
    co_await rooms.desk.calls.store();
    const auto batch = co_await rooms.desk.sender.next();
    if (!batch) co_return failure(batch.error());
    co_return success(*batch);
}

Task<http::Response> add_analytics(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::usage::events});
    if (!body) co_return failure(body.error());
    auto uses = observe::read_feature_events(*body, now_utc());
    if (!uses) co_return failure(uses.error());
    std::uint64_t count = 0;
    for (const auto& use : *uses) count += use.count;
    const auto added = co_await rooms.desk.history.add_features(std::move(*uses));
    if (!added) co_return failure(added.error());
    co_return success(wire::Json{{fields::usage::counted, count}});
}

}  // namespace mcpm::api
