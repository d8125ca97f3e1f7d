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

void add_to(UsageRow& row, const CallRow& call) {
    ++row.calls;
    if (call.outcome != CallOutcome::good) ++row.errors;
    row.bytes_in += call.bytes_in;
    row.bytes_out += call.bytes_out;
    row.durations.add(call.duration);
}

double milliseconds(microseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

}  // namespace

void FineDurations::add(microseconds duration) {
    const auto value = static_cast<double>(std::max<std::int64_t>(duration.count(), 1));
    const auto bucket = static_cast<std::size_t>(std::ceil(std::log2(value) * parts));
    ++buckets_.at(std::min(bucket, buckets_.size() - 1));
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

std::uint64_t estimated_tokens(std::uint64_t bytes) {
    return (bytes + 3) / 4;
}

void UsageReport::add(const CallRow& call) {
    UsageRow named;
    std::pair<std::string, std::string> key;
    if (by_ == UsageBy::server || by_ == UsageBy::tool) named.server = call.named().server;
    if (by_ == UsageBy::tool) named.tool = call.named().tool;
    if (by_ == UsageBy::client) named.client = client_of(call);
    if (by_ == UsageBy::day) named.day = day_of(call.at);
    if (by_ == UsageBy::server || by_ == UsageBy::tool) key = {call.named().server_id, named.tool};
    if (by_ == UsageBy::client) key.first = named.client;
    if (by_ == UsageBy::day) key.first = named.day;
    auto found = rows_.find(key);
    if (found == rows_.end() && rows_.size() >= most_rows) {
        named = {};
        named.server = named.client = "(others)";
        found = rows_.try_emplace({"(others)", ""}, named).first;
    }
    if (found == rows_.end()) found = rows_.emplace(std::move(key), named).first;
    if (!named.server.empty()) found->second.server = named.server;  // it may have been renamed since
    add_to(found->second, call);
    add_to(total_, call);
    if (clients_.size() < most_clients) clients_.emplace(call.named().client, call.named().principal);
    used_.emplace(call.named().server_id, call.named().tool);
    used_servers_.insert(call.named().server_id);
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
    if (call.run > 0) json[fields::usage::run] = call.run;
    if (!call.trace.empty()) json[fields::usage::trace] = call.trace;
    add_arguments(json, call.arguments);
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
