#include "agent/observe/usage_report.hpp"

#include "common/fields/usage_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <cmath>

namespace mcpm::observe {

namespace {

using std::chrono::microseconds;

constexpr double parts = 8;

std::string day_of(Timestamp at) {
    return format_time(at).substr(0, 10);
}

std::string client_of(const CallRow& call) {
    const auto& [client, principal] = std::tie(call.named().client, call.named().principal);
    if (client.empty()) return principal;
    return principal.empty() ? client : client + " (" + principal + ")";
}

std::int64_t day_number_of(Timestamp at) {
    return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

void add_to(UsageRow& row, const CallRow& call, std::size_t bucket) {
    ++row.calls;
    if (call.outcome != CallOutcome::good) ++row.errors;
    row.bytes_in += call.bytes_in;
    row.bytes_out += call.bytes_out;
    row.durations.add(call.duration, bucket);
}

double milliseconds(microseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

}  // namespace

std::size_t FineDurations::bucket_of(microseconds duration) {
    const auto value = static_cast<double>(std::max<std::int64_t>(duration.count(), 1));
    return std::min(static_cast<std::size_t>(std::ceil(std::log2(value) * parts)), buckets - 1);
}

void FineDurations::add(microseconds duration, std::size_t bucket) {
    ++buckets_.at(bucket);
    ++count_;
    most_ = std::max(most_, duration);
}

microseconds FineDurations::at(double share) const {
    const double wanted = share * static_cast<double>(count_);
    double met = 0;
    for (std::size_t bucket = 0; bucket + 1 < buckets_.size(); ++bucket) {
        met += buckets_.at(bucket);
        if (met <= 0 || met < wanted) continue;
        const double bound = std::exp2(static_cast<double>(bucket) / parts);
        return std::min(microseconds(std::llround(bound)), most_);
    }
    return most_;  // the last bucket has no bound
}

UsageReport::Place UsageReport::find(const CallRow& call, std::int64_t day) {
    const CallNames& names = call.named();
    UsageRow named;
    std::pair<std::string, std::string> key;
    const bool is_of_server = by_ == UsageBy::server || by_ == UsageBy::tool;
    if (is_of_server) named.server = names.server;
    if (by_ == UsageBy::tool) named.tool = names.tool;
    if (by_ == UsageBy::client) named.client = client_of(call);
    if (by_ == UsageBy::day) named.day = day_of(Timestamp(std::chrono::days(day)));
    if (is_of_server) key = {names.server_id, named.tool};
    if (by_ == UsageBy::client) key.first = named.client;
    if (by_ == UsageBy::day) key.first = named.day;
    auto found = rows_.find(key);
    if (found != rows_.end()) return {&found->second, is_of_server};
    if (rows_.size() < most_rows) return {&rows_.emplace(std::move(key), named).first->second, is_of_server};
    named = {};
    named.server = named.client = "(others)";
    return {&rows_.try_emplace({"(others)", ""}, named).first->second, false};
}

/// Once for all calls that have the same names.
void UsageReport::meet(const CallNames& names) {
    if (clients_.size() < most_clients) clients_.emplace(names.client, names.principal);
    used_.emplace(names.server_id, names.tool);
    used_servers_.insert(names.server_id);
}

UsageReport::Place UsageReport::place_of(const CallRow& call) {
    const auto day = by_ == UsageBy::day ? day_number_of(call.at) : 0;
    if (newest_day_ != day || known_.size() >= most_known) known_.clear();
    newest_day_ = day;
    const auto [known, is_new] = known_.try_emplace(call.names);
    if (is_new) {
        known->second = find(call, day);
        meet(call.named());
    }
    return known->second;
}

void UsageReport::add(const CallRow& call) {
    const Place place = place_of(call);
    const auto bucket = FineDurations::bucket_of(call.duration);
    // The server may have been renamed since.
    const std::string& server = call.named().server;
    if (place.is_of_server && !server.empty() && place.row->server != server) place.row->server = server;
    add_to(*place.row, call, bucket);
    add_to(total_, call, bucket);
    if (!since_ || call.at < *since_) since_ = call.at;
}

std::vector<const UsageRow*> UsageReport::rows() const {
    std::vector<const UsageRow*> all;
    for (const auto& [key, row] : rows_) all.push_back(&row);
    if (by_ == UsageBy::day) return all;
    std::stable_sort(all.begin(), all.end(),
                     [](const UsageRow* left, const UsageRow* right) { return left->calls > right->calls; });
    return all;
}

std::string_view outcome_name(CallOutcome outcome) {
    constexpr std::array<std::string_view, 3> names{"good", "tool_error", "failed"};
    return names.at(static_cast<std::size_t>(outcome));
}

namespace {

/// What is not whole is a text.
void add_arguments(wire::Json& json, const std::string& text) {
    if (text.empty()) return;
    auto whole = wire::parse_answer(text);
    if (whole)
        json[fields::usage::arguments] = std::move(*whole);
    else
        json[fields::usage::arguments_cut] = text;
}

}  // namespace

wire::Json call_json(const CallRow& call) {
    wire::Json json{{fields::usage::sequence, call.sequence},
                    {fields::usage::at, format_time(call.at)},
                    {fields::usage::server_id, call.named().server_id},
                    {fields::usage::server, call.named().server},
                    {fields::usage::tool, call.named().tool},
                    {fields::usage::client, call.named().client},
                    {fields::usage::principal, call.named().principal},
                    {fields::usage::outcome, outcome_name(call.outcome)},
                    {fields::usage::duration_ms, static_cast<double>(call.duration.count()) / 1000},
                    {fields::usage::bytes_in, call.bytes_in},
                    {fields::usage::bytes_out, call.bytes_out},
                    {fields::usage::tokens_in, estimated_tokens(call.bytes_in)},
                    {fields::usage::tokens_out, estimated_tokens(call.bytes_out)}};
    if (call.more().run > 0) json[fields::usage::run] = call.more().run;
    if (!call.more().trace.empty()) json[fields::usage::trace] = call.more().trace;
    add_arguments(json, call.more().arguments);
    return json;
}

wire::Json usage_row_json(const UsageRow& row) {
    wire::Json json = wire::Json::object();
    if (!row.server.empty()) json[fields::usage::server] = row.server;
    if (!row.tool.empty()) json[fields::usage::tool] = row.tool;
    if (!row.client.empty()) json[fields::usage::client] = row.client;
    if (!row.day.empty()) json[fields::usage::day] = row.day;
    json[fields::usage::calls] = row.calls;
    json[fields::usage::errors] = row.errors;
    if (row.calls > 0) {
        json[fields::usage::p50_ms] = milliseconds(row.durations.at(0.50));
        json[fields::usage::p95_ms] = milliseconds(row.durations.at(0.95));
    }
    json[fields::usage::bytes_in] = row.bytes_in;
    json[fields::usage::bytes_out] = row.bytes_out;
    json[fields::usage::tokens_in] = estimated_tokens(row.bytes_in);
    json[fields::usage::tokens_out] = estimated_tokens(row.bytes_out);
    return json;
}

}  // namespace mcpm::observe
