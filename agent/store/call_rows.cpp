#include "agent/store/call_rows.hpp"

#include "agent/store/rows.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace mcpm::store {

namespace {

/// Rows of one statement: what a statement costs by itself, and the counter of AUTOINCREMENT, are theirs
/// together.
constexpr std::size_t calls_at_once = 50;

/// What binds a value takes as long as what stores it: of calls that are part of no trace that is left out.
enum class Traced { no, yes };

std::string insert_calls_sql(std::size_t count, Traced traced) {
    const std::string row = traced == Traced::yes ? "(?, ?, ?, ?, ?, ?, ?, ?)" : "(?, ?, ?, ?, ?, ?, 0, '')";
    std::string sql =
        "INSERT INTO calls (at, names, outcome, duration_us, bytes_in, bytes_out, run, trace) VALUES " + row;
    for (std::size_t at = 1; at < count; ++at) sql += ", " + row;
    return sql;
}

/// The rows of `call_names` that a batch needs; each is asked for once.
class StoredNames {
  public:
    /// `last`: no call of the batch gets a higher sequence.
    StoredNames(Connection& connection, std::int64_t last) : connection_(connection), last_(last) {}

    std::int64_t id_of(const CallRow& call) {
        if (call.names.get() == newest_ && newest_id_ != 0) return newest_id_;
        const auto [known, is_new] = ids_.try_emplace(call.names.get(), 0);
        if (is_new) known->second = store(call.named());
        newest_ = call.names.get();
        newest_id_ = known->second;
        return newest_id_;
    }

  private:
    std::int64_t store(const CallNames& names) {
        auto statement = connection_.prepare(
            "INSERT INTO call_names (server_id, server, tool, client, principal, last) VALUES (?, ?, ?, ?, "
            "?, "
            "?) ON CONFLICT (server_id, server, tool, client, principal) DO UPDATE SET last = max(last, "
            "excluded.last) RETURNING id");
        statement.bind(names.server_id).bind(names.server).bind(names.tool).bind(names.client);
        statement.bind(names.principal).bind(last_);
        return statement.step() ? statement.integer(0) : 0;
    }

    Connection& connection_;
    std::int64_t last_;
    std::unordered_map<const CallNames*, std::int64_t> ids_;
    const CallNames* newest_ = nullptr;
    std::int64_t newest_id_ = 0;
};

void bind_call(Statement& statement, const CallRow& call, std::int64_t names, Traced traced) {
    statement.bind(from_time(call.at))
        .bind(names)
        .bind(static_cast<std::int64_t>(call.outcome))
        .bind(std::int64_t{call.duration.count()})
        .bind(in(call.bytes_in))
        .bind(in(call.bytes_out));
    if (traced == Traced::yes) statement.bind(in(call.more().run)).bind_lasting(call.more().trace);
}

bool is_traced(const CallRow& call) {
    return call.more().run != 0 || !call.more().trace.empty();
}

bool has_arguments(const CallRow& call) {
    return !call.more().arguments.empty();
}

void add_call(Connection& connection, const CallRow& call, std::int64_t names) {
    static const std::string insert = insert_calls_sql(1, Traced::yes);
    {
        auto statement = connection.prepare(insert.c_str());
        bind_call(statement, call, names, Traced::yes);
        statement.run();
    }
    if (!has_arguments(call)) return;
    connection.prepare("INSERT INTO call_arguments (sequence, arguments) VALUES (last_insert_rowid(), ?)")
        .bind(call.more().arguments)
        .run();
}

}  // namespace

void add_calls(Connection& connection, const std::vector<CallRow>& calls) {
    static const std::string insert = insert_calls_sql(calls_at_once, Traced::no);
    static const std::string insert_traced = insert_calls_sql(calls_at_once, Traced::yes);
    constexpr auto at_once = static_cast<std::ptrdiff_t>(calls_at_once);
    const auto before = connection.number("SELECT seq FROM sqlite_sequence WHERE name = 'calls'");
    StoredNames names(connection, before + static_cast<std::int64_t>(calls.size()));
    for (auto call = calls.begin(); call != calls.end();) {
        const auto end = calls.end() - call < at_once ? call : call + at_once;
        if (end == call || std::any_of(call, end, has_arguments)) {
            add_call(connection, *call, names.id_of(*call));
            ++call;
            continue;
        }
        const auto traced = std::any_of(call, end, is_traced) ? Traced::yes : Traced::no;
        auto statement = connection.prepare(traced == Traced::yes ? insert_traced.c_str() : insert.c_str());
        for (; call != end; ++call) bind_call(statement, *call, names.id_of(*call), traced);
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

/// Of calls that are gone.
void trim_names(Connection& connection, const HistoryLimits& limits) {
    connection
        .prepare(
            "DELETE FROM call_names WHERE id IN (SELECT id FROM call_names WHERE last < (SELECT "
            "min(sequence) "
            "FROM calls) ORDER BY last LIMIT ?)")
        .bind(in(limits.trimmed_at_once))
        .run();
}

/// By their numbers alone, in one go along the table: as many come while a server is busy.
void trim_number(Connection& connection, const HistoryLimits& limits) {
    connection
        .prepare(
            "DELETE FROM calls WHERE sequence <= min((SELECT min(sequence) FROM calls) + ?1 - 1, (SELECT "
            "max(sequence) FROM calls) - ?2)")
        .bind(in(limits.trimmed_at_once))
        .bind(in(limits.calls))
        .run();
}

/// Looked at for every batch, where the deletion looks at many rows: whether one of the oldest is to go.
bool has_old_calls(Connection& connection, Timestamp since) {
    auto found = connection.prepare(
        "SELECT EXISTS (SELECT 1 FROM (SELECT at FROM calls ORDER BY sequence LIMIT 100) WHERE at < ?)");
    found.bind(from_time(since));
    return found.step() && found.integer(0) != 0;
}

}  // namespace

void trim_calls(Connection& connection, Timestamp now, const HistoryLimits& limits) {
    trim_arguments(connection, limits);
    trim_names(connection, limits);
    trim_number(connection, limits);
    if (!has_old_calls(connection, now - limits.call_age)) return;
    // Only from the oldest end: a clock that jumped takes away no more than one step of it.
    connection
        .prepare(
            "DELETE FROM calls WHERE sequence IN (SELECT sequence FROM calls ORDER BY sequence LIMIT ?1) "
            "AND at < ?2")
        .bind(in(limits.trimmed_at_once))
        .bind(from_time(now - limits.call_age))
        .run();
}

namespace {

/// What a row of `calls` names, read once for all calls that share it.
class KnownNames {
  public:
    explicit KnownNames(Connection& connection) : connection_(connection) {}

    std::shared_ptr<const CallNames> of(std::int64_t id) {
        auto& known = known_[id];
        if (!known) known = load(id);
        return known;
    }

  private:
    std::shared_ptr<const CallNames> load(std::int64_t id) {
        auto row = connection_.prepare(
            "SELECT server_id, server, tool, client, principal FROM call_names WHERE id = ?");
        row.bind(id);
        CallNames names;
        if (row.step()) names = {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)};
        return std::make_shared<const CallNames>(std::move(names));
    }

    Connection& connection_;
    std::unordered_map<std::int64_t, std::shared_ptr<const CallNames>> known_;
};

CallRow call_of(const Statement& row, KnownNames& names) {
    CallRow call;
    call.sequence = out(row.integer(0));
    call.at = to_time(row.integer(1));
    call.names = names.of(row.integer(2));
    call.outcome = static_cast<CallOutcome>(row.integer(3));
    call.duration = std::chrono::microseconds(row.integer(4));
    call.bytes_in = out(row.integer(5));
    call.bytes_out = out(row.integer(6));
    return call;
}

}  // namespace

void each_call(Connection& connection, Timestamp since, const std::function<void(const CallRow&)>& take) {
    KnownNames names(connection);
    auto row = connection.prepare(
        "SELECT sequence, at, names, outcome, duration_us, bytes_in, bytes_out FROM calls WHERE at >= ? "
        "ORDER "
        "BY sequence");
    row.bind(from_time(since));
    while (row.step()) take(call_of(row, names));
}

std::vector<CallRow> newest_calls(Connection& connection, const CallFilter& filter, std::size_t limit) {
    KnownNames names(connection);
    auto row = connection.prepare(
        "SELECT sequence, at, names, outcome, duration_us, bytes_in, bytes_out, run, trace, arguments FROM "
        "calls LEFT JOIN call_arguments USING (sequence) WHERE at >= ?1 AND ((?2 = '' AND ?3 = '') OR names "
        "IN (SELECT id FROM call_names WHERE (?2 = '' OR server_id = ?2) AND (?3 = '' OR tool = ?3))) AND "
        "(?4 "
        "= '' OR trace = ?4) ORDER BY sequence DESC LIMIT ?5");
    row.bind(from_time(filter.since)).bind(filter.server_id).bind(filter.tool).bind(filter.trace);
    row.bind(in(limit));
    std::vector<CallRow> calls;
    while (row.step()) {
        calls.push_back(call_of(row, names));
        calls.back().extras = std::make_shared<const CallExtras>(
            CallExtras{out(row.integer(7)), row.text(8), row.is_null(9) ? std::string() : row.text(9)});
    }
    return calls;
}

std::vector<CallRow> load_unsent(Connection& connection, std::size_t limit) {
    KnownNames names(connection);
    auto row = connection.prepare(
        "SELECT sequence, at, names, outcome, duration_us, bytes_in, bytes_out FROM calls WHERE sequence > "
        "coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?), 0) ORDER BY sequence LIMIT ?");
    row.bind(std::string_view(sent_key)).bind(in(limit));
    std::vector<CallRow> calls;
    while (row.step()) calls.push_back(call_of(row, names));
    return calls;
}

}  // namespace mcpm::store
