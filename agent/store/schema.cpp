#include "agent/store/schema.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace mcpm::store {

namespace {

// Times are milliseconds since 1970, UTC. Texts called `spec`, `facts`, `detail` are JSON.
constexpr std::array steps{
    R"sql(
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE servers (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    spec       TEXT NOT NULL,
    desired_up INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_run   INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE runs (
    server_id   TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    run         INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    pid         INTEGER,
    ready_at    INTEGER,
    exited_at   INTEGER,
    exit_code   INTEGER,
    exit_signal INTEGER,
    exit_oom    INTEGER,
    stage       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    command     TEXT NOT NULL,
    PRIMARY KEY (server_id, run)
) WITHOUT ROWID;
CREATE TABLE events (
    sequence    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    type        TEXT NOT NULL,
    server_id   TEXT NOT NULL,
    server_name TEXT NOT NULL,
    actor       TEXT NOT NULL,
    message     TEXT NOT NULL,
    detail      TEXT NOT NULL
);
CREATE TABLE manifests (
    server_id          TEXT PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
    server_version     TEXT NOT NULL,
    tools              TEXT NOT NULL,
    prompts            TEXT NOT NULL,
    resources          TEXT NOT NULL,
    resource_templates TEXT NOT NULL,
    facts              TEXT NOT NULL,
    digest             TEXT NOT NULL,
    taken_at           INTEGER NOT NULL
);
)sql",
    // `digest`: SHA-256 of a random secret, in hexadecimal; the secret itself is nowhere.
    R"sql(
CREATE TABLE tokens (
    name         TEXT PRIMARY KEY,
    is_admin     INTEGER NOT NULL,
    profile      TEXT NOT NULL,
    digest       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
) WITHOUT ROWID;
CREATE TABLE profiles (
    name       TEXT PRIMARY KEY,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;
)sql",
    // `at` is the beginning of what a row stands for: one check (step 0), or so many milliseconds. The
    // response times are of the checks that did not fail.
    R"sql(
CREATE TABLE health (
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    step      INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    checks    INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    total_us  INTEGER NOT NULL,
    most_us   INTEGER NOT NULL,
    PRIMARY KEY (server_id, step, at)
) WITHOUT ROWID;
)sql",
    // Runs of one client's own process say whose.
    "ALTER TABLE runs ADD COLUMN owner TEXT NOT NULL DEFAULT '';",
    // `tools`: the MCP list as it was approved.
    R"sql(
CREATE TABLE approvals (
    server_id TEXT PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
    tools     TEXT NOT NULL,
    at        INTEGER NOT NULL
) WITHOUT ROWID;
)sql",
    // Checks are in the order in which they were stored: the clock may have been set meanwhile.
    R"sql(
ALTER TABLE health ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
CREATE INDEX health_order ON health (server_id, step, sequence);
)sql",
    R"sql(
CREATE TABLE feedback (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    type         TEXT NOT NULL,
    status       TEXT NOT NULL,
    title        TEXT NOT NULL,
    description  TEXT NOT NULL,
    rating       INTEGER,
    email        TEXT NOT NULL,
    version      TEXT NOT NULL,
    page         TEXT NOT NULL,
    command      TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    actor        TEXT NOT NULL,
    response     TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    responded_at INTEGER,
    resolved_at  INTEGER
);
)sql",
    // `stats`: as `health` has it: a row stands for one look (step 0), or for so many milliseconds from `at`.
    // NULL is what nobody could know. `calls`: the newest have the highest sequence, whatever the clock said.
    R"sql(
CREATE TABLE stats (
    server_id      TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    step           INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    looks          INTEGER NOT NULL,
    span_ms        INTEGER NOT NULL,
    cpu_us         INTEGER NOT NULL,
    memory         INTEGER NOT NULL,
    memory_most    INTEGER NOT NULL,
    proportional   INTEGER,
    processes      INTEGER NOT NULL,
    descriptors    INTEGER,
    read_bytes     INTEGER,
    written_bytes  INTEGER,
    received_bytes INTEGER,
    sent_bytes     INTEGER,
    calls          INTEGER NOT NULL,
    errors         INTEGER NOT NULL,
    PRIMARY KEY (server_id, step, at)
) WITHOUT ROWID;
CREATE TABLE calls (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    server_id   TEXT NOT NULL,
    server      TEXT NOT NULL,
    tool        TEXT NOT NULL,
    client      TEXT NOT NULL,
    principal   TEXT NOT NULL,
    outcome     INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    bytes_in    INTEGER NOT NULL,
    bytes_out   INTEGER NOT NULL
);
CREATE TABLE feature_use (
    day     INTEGER NOT NULL,
    type    TEXT NOT NULL,
    subject TEXT NOT NULL,
    count   INTEGER NOT NULL,
    total   INTEGER NOT NULL,
    PRIMARY KEY (day, type, subject)
) WITHOUT ROWID;
)sql",
    R"sql(
ALTER TABLE tokens ADD COLUMN is_for_metrics INTEGER NOT NULL DEFAULT 0;
)sql",
    R"sql(
CREATE TABLE sign_ins (
    id         TEXT PRIMARY KEY,
    who        TEXT NOT NULL,
    token      TEXT NOT NULL,
    digest     TEXT NOT NULL,
    began_at   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    not_after  INTEGER NOT NULL
) WITHOUT ROWID;
)sql",
    // `trace`: the id of the one that the call is part of, with the run that was called; else '' and 0.
    // `call_arguments`: JSON, redacted; of few calls, so that it has a bound of its own.
    R"sql(
ALTER TABLE calls ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN trace TEXT NOT NULL DEFAULT '';
CREATE TABLE call_arguments (
    sequence  INTEGER PRIMARY KEY,
    arguments TEXT NOT NULL
);
)sql",
    // The least beside the average and the most; NULL where it was not kept. `health` has days, too (step
    // 86,400,000): those that are past are summed up out of their hours.
    R"sql(
ALTER TABLE stats ADD COLUMN memory_least INTEGER;
ALTER TABLE stats ADD COLUMN cpu_least INTEGER;
ALTER TABLE stats ADD COLUMN cpu_most INTEGER;
ALTER TABLE health ADD COLUMN least_us INTEGER;
INSERT INTO health (server_id, step, at, checks, failed, total_us, most_us, sequence)
    SELECT server_id, 86400000, at - at % 86400000, sum(checks), sum(failed), sum(total_us), max(most_us),
           row_number() OVER (PARTITION BY server_id ORDER BY at - at % 86400000)
    FROM health WHERE step = 3600000 GROUP BY server_id, at - at % 86400000;
)sql",
    // What calls have in common, once. `last`: no call with a higher sequence names it.
    R"sql(
ALTER TABLE calls RENAME TO whole_calls;
CREATE TABLE call_names (
    id        INTEGER PRIMARY KEY,
    server_id TEXT NOT NULL,
    server    TEXT NOT NULL,
    tool      TEXT NOT NULL,
    client    TEXT NOT NULL,
    principal TEXT NOT NULL,
    last      INTEGER NOT NULL,
    UNIQUE (server_id, server, tool, client, principal)
);
CREATE INDEX call_names_last ON call_names (last);
CREATE TABLE calls (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    names       INTEGER NOT NULL,
    outcome     INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    bytes_in    INTEGER NOT NULL,
    bytes_out   INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    trace       TEXT NOT NULL
);
INSERT INTO call_names (server_id, server, tool, client, principal, last)
    SELECT server_id, server, tool, client, principal, max(sequence) FROM whole_calls
    GROUP BY server_id, server, tool, client, principal;
INSERT INTO calls
    SELECT sequence, at, call_names.id, outcome, duration_us, bytes_in, bytes_out, run, trace
    FROM whole_calls JOIN call_names USING (server_id, server, tool, client, principal) ORDER BY sequence;
INSERT INTO sqlite_sequence (name, seq) SELECT 'calls', 0
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'calls');
UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM sqlite_sequence WHERE name IN ('calls', 'whole_calls'))
    WHERE name = 'calls';
DROP TABLE whole_calls;
)sql",
};

}  // namespace

int schema_version() {
    return static_cast<int>(steps.size());
}

void migrate(Connection& connection, int version) {
    const auto made = connection.number("PRAGMA user_version");
    if (connection.failure() || made >= version) return;
    connection.execute("BEGIN IMMEDIATE");
    for (auto step = static_cast<std::size_t>(made); step < static_cast<std::size_t>(version); ++step)
        connection.execute(steps[step]);
    connection.execute(("PRAGMA user_version = " + std::to_string(version)).c_str());
    connection.execute("COMMIT");
}

}  // namespace mcpm::store
