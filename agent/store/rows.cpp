#include "agent/store/rows.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace mcpm::store {

Timestamp to_time(std::int64_t milliseconds) {
    return Timestamp(std::chrono::milliseconds(milliseconds));
}

std::int64_t from_time(Timestamp time) {
    return time.time_since_epoch().count();
}

std::optional<std::int64_t> optional_time(const std::optional<Timestamp>& time) {
    if (!time) return std::nullopt;
    return from_time(*time);
}

namespace {

Error no_such_server(const std::string& attempted, const std::string& id) {
    return Error{ErrorCode::server_not_found, attempted + ": there is no server with the id \"" + id + "\""};
}

/// True when the last statement was refused by a constraint of that kind; the connection is usable again
/// then.
bool refused_by(Connection& connection, int constraint) {
    if (!connection.failure() || connection.failure()->code != constraint) return false;
    connection.take_failure();
    return true;
}

}  // namespace

std::vector<ServerRow> load_server_rows(Connection& connection) {
    std::vector<ServerRow> rows;
    auto statement = connection.prepare(
        "SELECT id, name, spec, desired_up, created_at, updated_at, last_run FROM servers ORDER BY "
        "created_at, rowid");
    while (statement.step()) {
        rows.push_back(ServerRow{statement.text(0), statement.text(1), statement.text(2),
                                 statement.integer(3) != 0, statement.integer(4), statement.integer(5),
                                 statement.integer(6)});
    }
    return rows;
}

Result<> save_server_row(Connection& connection, const ServerRow& row) {
    // Not REPLACE: that would delete the old row, and with it its runs and manifest.
    connection
        .prepare(
            "INSERT INTO servers (id, name, spec, desired_up, created_at, updated_at, last_run) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
            "spec = excluded.spec, desired_up = excluded.desired_up, created_at = excluded.created_at, "
            "updated_at = excluded.updated_at, last_run = max(last_run, excluded.last_run)")
        .bind(row.id)
        .bind(row.name)
        .bind(row.spec)
        .bind(std::int64_t{row.desired_up})
        .bind(row.created_at)
        .bind(row.updated_at)
        .bind(row.last_run)
        .run();
    if (refused_by(connection, SQLITE_CONSTRAINT_UNIQUE)) {
        return Error{ErrorCode::conflict, "store server \"" + row.name + "\": another server has that name"};
    }
    return {};
}

Result<> remove_server(Connection& connection, const std::string& id) {
    connection.prepare("DELETE FROM servers WHERE id = ?").bind(id).run();
    if (!connection.failure() && connection.changes() == 0) return no_such_server("remove a server", id);
    return {};
}

Result<> save_desired(Connection& connection, const std::string& id, Desired desired) {
    connection.prepare("UPDATE servers SET desired_up = ? WHERE id = ?")
        .bind(std::int64_t{desired == Desired::up})
        .bind(id)
        .run();
    if (!connection.failure() && connection.changes() == 0)
        return no_such_server("store a desired state", id);
    return {};
}

namespace {

/// What is older than this is forgotten, some at a time: a clock that jumped takes no more than that away.
constexpr std::chrono::hours longest_kept{24 * 400};
constexpr std::int64_t forgotten_at_once = 2'000;

/// Before the newest one of that server began.
void forget_old_runs(Connection& connection, const std::string& server_id, const RunRecord& newest) {
    connection
        .prepare(
            "DELETE FROM runs WHERE server_id = ?1 AND started_at < ?2 AND run IN (SELECT run FROM runs "
            "WHERE server_id = ?1 AND run < ?3 ORDER BY run LIMIT 20)")
        .bind(server_id)
        .bind(from_time(newest.started_at - longest_kept))
        .bind(static_cast<std::int64_t>(newest.run))
        .run();
}

}  // namespace

Result<> save_run(Connection& connection, const std::string& server_id, const RunRecord& run,
                  std::uint64_t kept) {
    const auto number = static_cast<std::int64_t>(run.run);
    connection.prepare("UPDATE servers SET last_run = max(last_run, ?) WHERE id = ?")
        .bind(number)
        .bind(server_id)
        .run();
    if (!connection.failure() && connection.changes() == 0) return no_such_server("store a run", server_id);
    auto insert = connection.prepare(
        "INSERT OR REPLACE INTO runs (server_id, run, started_at, pid, ready_at, exited_at, exit_code, "
        "exit_signal, "
        "exit_oom, stage, reason, command, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(server_id).bind(number).bind(from_time(run.started_at)).bind(run.pid);
    insert.bind(optional_time(run.ready_at));
    if (run.exit) {
        insert.bind(from_time(run.exit->at)).bind(run.exit->code).bind(run.exit->signal);
        insert.bind(std::int64_t{run.exit->oom});
    } else {
        insert.bind_null().bind_null().bind_null().bind_null();
    }
    insert.bind(std::string(name_of(run.stage)))
        .bind(std::string(name_of(run.reason)))
        .bind(run.command)
        .bind(run.owner)
        .run();
    if (run.run > kept) {
        connection.prepare("DELETE FROM runs WHERE server_id = ? AND run <= ?")
            .bind(server_id)
            .bind(static_cast<std::int64_t>(run.run - kept))
            .run();
    }
    forget_old_runs(connection, server_id, run);
    return {};
}

namespace {

std::optional<int> optional_int(const Statement& statement, int column) {
    if (statement.is_null(column)) return std::nullopt;
    return static_cast<int>(statement.integer(column));
}

RunRecord run_in(const Statement& row) {
    RunRecord run;
    run.run = static_cast<std::uint64_t>(row.integer(0));
    run.started_at = to_time(row.integer(1));
    run.pid = optional_int(row, 2);
    if (!row.is_null(3)) run.ready_at = to_time(row.integer(3));
    if (!row.is_null(4)) {
        run.exit =
            Exit{optional_int(row, 5), optional_int(row, 6), row.integer(7) != 0, to_time(row.integer(4))};
    }
    run.stage = start_stage_of(row.text(8));
    run.reason = ending_of_word(row.text(9));
    run.command = row.text(10);
    run.owner = row.text(11);
    return run;
}

}  // namespace

std::vector<RunRecord> load_runs(Connection& connection, const std::string& server_id, unsigned limit) {
    std::vector<RunRecord> runs;
    auto statement = connection.prepare(
        "SELECT run, started_at, pid, ready_at, exited_at, exit_code, exit_signal, exit_oom, stage, reason, "
        "command, owner "
        "FROM runs WHERE server_id = ? ORDER BY run DESC LIMIT ?");
    statement.bind(server_id).bind(std::int64_t{limit});
    while (statement.step()) runs.push_back(run_in(statement));
    return runs;
}

void add_event(Connection& connection, const Event& event) {
    connection
        .prepare(
            "INSERT OR REPLACE INTO events (sequence, at, type, server_id, server_name, actor, message, "
            "detail) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(static_cast<std::int64_t>(event.sequence))
        .bind(from_time(event.at))
        .bind(event.type)
        .bind(event.server_id)
        .bind(event.server_name)
        .bind(event.actor)
        .bind(event.message)
        .bind(event.detail)
        .run();
}

std::vector<Event> load_events(Connection& connection, const EventQuery& query) {
    constexpr const char* oldest_first =
        "SELECT sequence, at, type, server_id, server_name, actor, message, detail FROM events WHERE "
        "sequence > ?1 "
        "AND at >= ?2 AND (?3 = '' OR server_id = ?3) AND substr(type, 1, length(?4)) = ?4 "
        "ORDER BY sequence LIMIT ?5";
    constexpr const char* newest_first =
        "SELECT sequence, at, type, server_id, server_name, actor, message, detail FROM events WHERE "
        "sequence > ?1 "
        "AND at >= ?2 AND (?3 = '' OR server_id = ?3) AND substr(type, 1, length(?4)) = ?4 "
        "ORDER BY sequence DESC LIMIT ?5";
    std::vector<Event> events;
    auto row = connection.prepare(query.newest_first ? newest_first : oldest_first);
    row.bind(static_cast<std::int64_t>(query.after_sequence));
    row.bind(query.since ? from_time(*query.since) : std::numeric_limits<std::int64_t>::min());
    row.bind(query.server_id).bind(query.type_prefix).bind(std::int64_t{query.limit});
    while (row.step()) {
        events.push_back(Event{static_cast<std::uint64_t>(row.integer(0)), to_time(row.integer(1)),
                               row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7)});
    }
    return events;
}

std::uint64_t newest_event(Connection& connection) {
    return static_cast<std::uint64_t>(connection.number("SELECT max(sequence) FROM events"));
}

namespace {

/// Before the newest one.
void forget_old_events(Connection& connection) {
    const auto newest = connection.number("SELECT at FROM events ORDER BY sequence DESC LIMIT 1");
    const auto oldest = connection.number("SELECT at FROM events ORDER BY sequence LIMIT 1");
    const auto limit = newest - std::chrono::milliseconds(longest_kept).count();
    if (oldest >= limit) return;
    connection
        .prepare(
            "DELETE FROM events WHERE at < ?1 AND sequence IN (SELECT sequence FROM events ORDER BY "
            "sequence LIMIT ?2)")
        .bind(limit)
        .bind(forgotten_at_once)
        .run();
}

}  // namespace

void trim_events(Connection& connection, std::uint64_t kept) {
    forget_old_events(connection);
    const auto newest = newest_event(connection);
    const auto oldest = static_cast<std::uint64_t>(connection.number("SELECT min(sequence) FROM events"));
    const auto slack = std::max<std::uint64_t>(1, kept / 100);
    if (newest < kept + slack || oldest + kept + slack > newest + 1) return;
    connection.prepare("DELETE FROM events WHERE sequence <= ?")
        .bind(static_cast<std::int64_t>(newest - kept))
        .run();
}

Result<> save_manifest(Connection& connection, const std::string& server_id, const Manifest& manifest) {
    connection
        .prepare(
            "INSERT OR REPLACE INTO manifests (server_id, server_version, tools, prompts, resources, "
            "resource_templates, facts, digest, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(server_id)
        .bind(manifest.server_version)
        .bind(manifest.tools)
        .bind(manifest.prompts)
        .bind(manifest.resources)
        .bind(manifest.resource_templates)
        .bind(manifest.facts)
        .bind(manifest.digest)
        .bind(from_time(manifest.taken_at))
        .run();
    if (refused_by(connection, SQLITE_CONSTRAINT_FOREIGNKEY))
        return no_such_server("store a manifest", server_id);
    return {};
}

namespace {

constexpr const char* manifest_columns =
    "SELECT server_version, tools, prompts, resources, resource_templates, facts, digest, taken_at, "
    "server_id "
    "FROM manifests";

Manifest manifest_of(Statement& row) {
    return Manifest{row.text(0), row.text(1), row.text(2), row.text(3),
                    row.text(4), row.text(5), row.text(6), to_time(row.integer(7))};
}

}  // namespace

std::vector<StoredManifest> load_manifests(Connection& connection) {
    std::vector<StoredManifest> all;
    auto row = connection.prepare(manifest_columns);
    while (row.step()) all.push_back({row.text(8), manifest_of(row)});
    return all;
}

Result<> save_approval(Connection& connection, const std::string& server_id, const Approval& approval) {
    connection.prepare("INSERT OR REPLACE INTO approvals (server_id, tools, at) VALUES (?, ?, ?)")
        .bind(server_id)
        .bind(approval.tools)
        .bind(from_time(approval.at))
        .run();
    if (refused_by(connection, SQLITE_CONSTRAINT_FOREIGNKEY))
        return no_such_server("store an approval", server_id);
    return {};
}

std::vector<StoredApproval> load_approvals(Connection& connection) {
    std::vector<StoredApproval> all;
    auto row = connection.prepare("SELECT server_id, tools, at FROM approvals");
    while (row.step()) all.push_back({row.text(0), {row.text(1), to_time(row.integer(2))}});
    return all;
}

std::string load_meta(Connection& connection, const std::string& key) {
    auto row = connection.prepare("SELECT value FROM meta WHERE key = ?");
    row.bind(key);
    return row.step() ? row.text(0) : std::string();
}

void save_meta(Connection& connection, const std::string& key, const std::string& value) {
    connection.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)").bind(key).bind(value).run();
}

}  // namespace mcpm::store
