#include "agent/store/history_rows.hpp"

#include "agent/store/rows.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcpm::store {

namespace {

struct Tier {
    StatsStep step;
    std::int64_t milliseconds;  // that a row stands for; 0: one look
    std::int64_t kept;          // milliseconds
};
constexpr std::int64_t hour = 3'600'000;
constexpr std::array tiers{
    Tier{StatsStep::look, 0, hour},
    Tier{StatsStep::minute, 60'000, 25 * hour},
    Tier{StatsStep::hour, hour, 30 * 24 * hour},
};

std::int64_t in(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}
std::uint64_t out(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}
std::optional<std::uint64_t> maybe(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return out(row.integer(column));
}

void add_to(Connection& connection, const Tier& tier, const std::string& server_id, const StatsPoint& look,
            std::uint64_t trimmed_at_once) {
    const std::int64_t at = from_time(look.at);
    connection
        .prepare(
            "INSERT INTO stats (server_id, step, at, looks, span_ms, cpu_us, memory, memory_most, "
            "proportional, processes, descriptors, read_bytes, written_bytes, received_bytes, sent_bytes, "
            "calls, errors) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
            "?17 "
            "WHERE EXISTS (SELECT 1 FROM servers WHERE id = ?1) "
            "ON CONFLICT (server_id, step, at) DO UPDATE SET looks = looks + excluded.looks, "
            "span_ms = span_ms + excluded.span_ms, cpu_us = cpu_us + excluded.cpu_us, "
            "memory = memory + excluded.memory, memory_most = max(memory_most, excluded.memory_most), "
            "proportional = coalesce(excluded.proportional, proportional), "
            "processes = max(processes, excluded.processes), "
            "descriptors = coalesce(max(descriptors, excluded.descriptors), descriptors, "
            "excluded.descriptors), "
            "read_bytes = coalesce(read_bytes + excluded.read_bytes, read_bytes, excluded.read_bytes), "
            "written_bytes = coalesce(written_bytes + excluded.written_bytes, written_bytes, "
            "excluded.written_bytes), "
            "received_bytes = coalesce(received_bytes + excluded.received_bytes, received_bytes, "
            "excluded.received_bytes), "
            "sent_bytes = coalesce(sent_bytes + excluded.sent_bytes, sent_bytes, excluded.sent_bytes), "
            "calls = calls + excluded.calls, errors = errors + excluded.errors")
        .bind(server_id)
        .bind(tier.milliseconds)
        .bind(tier.milliseconds == 0 ? at : at - at % tier.milliseconds)
        .bind(in(look.looks))
        .bind(std::int64_t{look.span.count()})
        .bind(std::int64_t{look.cpu.count()})
        .bind(in(look.memory))
        .bind(in(look.memory_most))
        .bind(look.proportional)
        .bind(in(look.processes))
        .bind(look.descriptors)
        .bind(look.read_bytes)
        .bind(look.written_bytes)
        .bind(look.received_bytes)
        .bind(look.sent_bytes)
        .bind(in(look.calls))
        .bind(in(look.errors))
        .run();
    // The key is the order, so this finds what is too old without a search.
    connection
        .prepare(
            "DELETE FROM stats WHERE server_id = ?1 AND step = ?2 AND at IN (SELECT at FROM stats WHERE "
            "server_id = ?1 AND step = ?2 AND at < ?3 ORDER BY at LIMIT ?4)")
        .bind(server_id)
        .bind(tier.milliseconds)
        .bind(at - tier.kept)
        .bind(in(trimmed_at_once))
        .run();
}

}  // namespace

void add_stats(Connection& connection, const std::string& server_id, const StatsPoint& look,
               std::uint64_t trimmed_at_once) {
    for (const Tier& tier : tiers) add_to(connection, tier, server_id, look, trimmed_at_once);
}

std::vector<StatsPoint> load_stats(Connection& connection, const std::string& server_id, StatsStep step,
                                   Timestamp since) {
    std::int64_t milliseconds = 0;
    for (const Tier& tier : tiers) {
        if (tier.step == step) milliseconds = tier.milliseconds;
    }
    auto row = connection.prepare(
        "SELECT at, looks, span_ms, cpu_us, memory, memory_most, proportional, processes, descriptors, "
        "read_bytes, written_bytes, received_bytes, sent_bytes, calls, errors FROM stats WHERE server_id = ? "
        "AND step = ? AND at >= ? ORDER BY at");
    row.bind(server_id).bind(milliseconds).bind(from_time(since) - milliseconds);
    std::vector<StatsPoint> points;
    while (row.step()) {
        StatsPoint point;
        point.at = to_time(row.integer(0));
        point.looks = out(row.integer(1));
        point.span = std::chrono::milliseconds(row.integer(2));
        point.cpu = std::chrono::microseconds(row.integer(3));
        point.memory = out(row.integer(4));
        point.memory_most = out(row.integer(5));
        point.proportional = maybe(row, 6);
        point.processes = out(row.integer(7));
        point.descriptors = maybe(row, 8);
        point.read_bytes = maybe(row, 9);
        point.written_bytes = maybe(row, 10);
        point.received_bytes = maybe(row, 11);
        point.sent_bytes = maybe(row, 12);
        point.calls = out(row.integer(13));
        point.errors = out(row.integer(14));
        points.push_back(point);
    }
    return points;
}

namespace {

/// Rows of one statement: what a statement costs by itself, and the counter of AUTOINCREMENT, are theirs
/// together. Half of what each would cost alone.
constexpr std::size_t calls_at_once = 25;

std::string insert_calls_sql(std::size_t count) {
    std::string sql =
        "INSERT INTO calls (at, server_id, server, tool, client, principal, outcome, duration_us, bytes_in, "
        "bytes_out, run, trace) VALUES ";
    for (std::size_t at = 0; at < count; ++at)
        sql += at == 0 ? "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    return sql;
}

void bind_call(Statement& statement, const CallRow& call) {
    statement.bind(from_time(call.at))
        .bind_lasting(call.server_id)
        .bind_lasting(call.server)
        .bind_lasting(call.tool)
        .bind_lasting(call.client)
        .bind_lasting(call.principal)
        .bind(static_cast<std::int64_t>(call.outcome))
        .bind(std::int64_t{call.duration.count()})
        .bind(in(call.bytes_in))
        .bind(in(call.bytes_out))
        .bind(in(call.run))
        .bind_lasting(call.trace);
}

bool has_arguments(const CallRow& call) {
    return !call.arguments.empty();
}

}  // namespace

void add_call(Connection& connection, const CallRow& call) {
    static const std::string insert = insert_calls_sql(1);
    {
        auto statement = connection.prepare(insert.c_str());
        bind_call(statement, call);
        statement.run();
    }
    if (!has_arguments(call)) return;
    connection.prepare("INSERT INTO call_arguments (sequence, arguments) VALUES (last_insert_rowid(), ?)")
        .bind(call.arguments)
        .run();
}

void add_calls(Connection& connection, const std::vector<CallRow>& calls) {
    static const std::string insert = insert_calls_sql(calls_at_once);
    constexpr auto at_once = static_cast<std::ptrdiff_t>(calls_at_once);
    for (auto call = calls.begin(); call != calls.end();) {
        const auto end = calls.end() - call < at_once ? call : call + at_once;
        if (end == call || std::any_of(call, end, has_arguments)) {
            add_call(connection, *call++);
            continue;
        }
        auto statement = connection.prepare(insert.c_str());
        for (; call != end; ++call) bind_call(statement, *call);
        statement.run();
    }
}

namespace {

/// Of calls that are gone, and beyond the limit.
void trim_arguments(Connection& connection, const HistoryLimits& limits) {
    connection
        .prepare(
            "DELETE FROM call_arguments WHERE sequence IN (SELECT sequence FROM call_arguments ORDER BY "
            "sequence LIMIT ?1) AND (sequence < (SELECT min(sequence) FROM calls) OR sequence <= (SELECT "
            "sequence FROM call_arguments ORDER BY sequence DESC LIMIT 1 OFFSET ?2))")
        .bind(in(limits.trimmed_at_once))
        .bind(in(limits.call_arguments))
        .run();
}

/// Looked at for every batch, where the deletion looks at many rows: whether one of the oldest is to go.
bool has_calls_beyond(Connection& connection, Timestamp since, const HistoryLimits& limits) {
    auto found = connection.prepare(
        "SELECT (SELECT max(sequence) FROM calls) - (SELECT min(sequence) FROM calls) >= ?1 OR EXISTS "
        "(SELECT 1 FROM (SELECT at FROM calls ORDER BY sequence LIMIT 100) WHERE at < ?2)");
    found.bind(in(limits.calls)).bind(from_time(since));
    return found.step() && found.integer(0) != 0;
}

}  // namespace

void trim_calls(Connection& connection, Timestamp now, const HistoryLimits& limits) {
    trim_arguments(connection, limits);
    if (!has_calls_beyond(connection, now - limits.call_age, limits)) return;
    // Only from the oldest end: a clock that jumped takes away no more than one step of it.
    connection
        .prepare(
            "DELETE FROM calls WHERE sequence IN (SELECT sequence FROM calls ORDER BY sequence LIMIT ?1) "
            "AND (at < ?2 OR sequence <= (SELECT max(sequence) FROM calls) - ?3)")
        .bind(in(limits.trimmed_at_once))
        .bind(from_time(now - limits.call_age))
        .bind(in(limits.calls))
        .run();
}

namespace {

CallRow call_of(const Statement& row) {
    CallRow call;
    call.sequence = out(row.integer(0));
    call.at = to_time(row.integer(1));
    call.server_id = row.text(2);
    call.server = row.text(3);
    call.tool = row.text(4);
    call.client = row.text(5);
    call.principal = row.text(6);
    call.outcome = static_cast<CallOutcome>(row.integer(7));
    call.duration = std::chrono::microseconds(row.integer(8));
    call.bytes_in = out(row.integer(9));
    call.bytes_out = out(row.integer(10));
    return call;
}

void read_calls(Statement& row, const std::function<void(const CallRow&)>& take) {
    while (row.step()) take(call_of(row));
}

}  // namespace

void each_call(Connection& connection, Timestamp since, const std::function<void(const CallRow&)>& take) {
    auto row = connection.prepare(
        "SELECT sequence, at, server_id, server, tool, client, principal, outcome, duration_us, bytes_in, "
        "bytes_out FROM calls WHERE at >= ? ORDER BY sequence");
    row.bind(from_time(since));
    read_calls(row, take);
}

std::vector<CallRow> newest_calls(Connection& connection, const CallFilter& filter, std::size_t limit) {
    auto row = connection.prepare(
        "SELECT sequence, at, server_id, server, tool, client, principal, outcome, duration_us, bytes_in, "
        "bytes_out, run, trace, arguments FROM calls LEFT JOIN call_arguments USING (sequence) WHERE at >= "
        "?1 AND (?2 = '' OR server_id = ?2) AND (?3 = '' OR tool = ?3) AND (?4 = '' OR trace = ?4) ORDER BY "
        "sequence DESC LIMIT ?5");
    row.bind(from_time(filter.since)).bind(filter.server_id).bind(filter.tool).bind(filter.trace);
    row.bind(in(limit));
    std::vector<CallRow> calls;
    while (row.step()) {
        calls.push_back(call_of(row));
        calls.back().run = out(row.integer(11));
        calls.back().trace = row.text(12);
        if (!row.is_null(13)) calls.back().arguments = row.text(13);
    }
    return calls;
}

std::vector<CallRow> load_unsent(Connection& connection, std::size_t limit) {
    auto row = connection.prepare(
        "SELECT sequence, at, server_id, server, tool, client, principal, outcome, duration_us, bytes_in, "
        "bytes_out FROM calls WHERE sequence > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = "
        "?), 0) ORDER BY sequence LIMIT ?");
    row.bind(std::string_view(sent_key)).bind(in(limit));
    std::vector<CallRow> calls;
    read_calls(row, [&](const CallRow& call) { calls.push_back(call); });
    return calls;
}

void add_feature(Connection& connection, const FeatureUse& use, const HistoryLimits& limits) {
    auto known = connection.prepare(
        "SELECT (SELECT count(*) FROM feature_use WHERE day = ?1 AND type = ?2), "
        "EXISTS (SELECT 1 FROM feature_use WHERE day = ?1 AND type = ?2 AND subject = ?3)");
    known.bind(use.day).bind(use.type).bind(use.subject);
    if (!known.step()) return;
    const bool has_room = known.integer(1) != 0 || out(known.integer(0)) < limits.feature_subjects;
    connection
        .prepare(
            "INSERT INTO feature_use (day, type, subject, count, total) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (day, type, subject) DO UPDATE SET count = count + excluded.count, "
            "total = total + excluded.total")
        .bind(use.day)
        .bind(use.type)
        .bind(has_room ? use.subject : std::string("(others)"))
        .bind(in(use.count))
        .bind(in(use.total))
        .run();
}

void trim_features(Connection& connection, std::int64_t today, const HistoryLimits& limits) {
    connection.prepare("DELETE FROM feature_use WHERE day < ?").bind(today - limits.feature_days).run();
}

std::vector<FeatureUse> load_features(Connection& connection, std::int64_t since_day) {
    auto row = connection.prepare(
        "SELECT day, type, subject, count, total FROM feature_use WHERE day >= ? ORDER BY day, type, "
        "subject");
    row.bind(since_day);
    std::vector<FeatureUse> uses;
    while (row.step()) {
        uses.push_back({row.integer(0), row.text(1), row.text(2), out(row.integer(3)), out(row.integer(4))});
    }
    return uses;
}

}  // namespace mcpm::store
