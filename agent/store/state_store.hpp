// The room store. It may include async and disk. It never decides what is stored, nor acts on it.
//
// Truth about servers, on disk: SQLite on a thread of its own, reached by awaitable methods. Supervision
// works when it does not: callers decide what a failed save means. Nothing here exposes SQL.
// Writes that are waiting when the thread is free are committed together (one fsync for many). Beside it lies
// `servers.backup.json`: all that a person entered, rewritten after they change, in a burst of changes after
// a rest of 20 times as long as writing it took (10 s at most), and at the end; read if the database is
// corrupt.
#pragma once

#include "agent/async/task.hpp"
#include "agent/store/feedback.hpp"
#include "common/error.hpp"
#include "common/event.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::store {
class WriteQueue;
}

namespace mcpm {

struct StoredServer {
    std::string id;
    ServerSpec spec;
    Desired desired = Desired::down;
    Timestamp created_at{}, updated_at{};
    std::uint64_t last_run = 0;
};

/// What a server offered when it last ran, as JSON texts of the MCP lists; and a digest of them.
struct Manifest {
    std::string server_version;
    std::string tools = "[]", prompts = "[]", resources = "[]", resource_templates = "[]";
    std::string facts = "{}";  // era, protocol version, serverInfo, capabilities, instructions
    std::string digest;
    Timestamp taken_at{};
};

struct StoredManifest {
    std::string server_id;
    Manifest manifest;
};

/// A server's tools as somebody approved them: JSON text of the MCP list.
struct Approval {
    std::string tools = "[]";
    Timestamp at{};
};

struct StoredApproval {
    std::string server_id;
    Approval approval;
};

/// A bearer token without its secret.
struct StoredToken {
    std::string name;
    bool is_admin = false;     // reaches everything; else /mcp and /sse
    std::string profile = {};  // the one it is bound to; empty = any
    std::string digest = {};   // SHA-256 of the secret, hexadecimal
    Timestamp created_at{};
    std::optional<Timestamp> expires_at = {}, last_used_at = {};
    bool is_for_metrics = false;  // reaches /metrics alone; never of an admin's
};

/// `body` is JSON text (agent/access/profile_json).
struct StoredProfile {
    std::string name, body;
    Timestamp created_at{}, updated_at{};
};

/// Checks of a server's health: one, or all of a minute, an hour or a day.
struct HealthPoint {
    Timestamp at{};  // the beginning
    std::uint64_t checks = 0, failed = 0;
    std::chrono::microseconds total{0}, most{0};  // response times of those that did not fail
    std::optional<std::chrono::microseconds> least = {};
};
enum class HealthStep { check, minute, hour, day };

/// A check of one server's health.
struct ServerCheck {
    std::string server_id;
    HealthPoint point;
};

struct EventQuery {
    std::uint64_t after_sequence = 0;
    std::optional<Timestamp> since = {};
    std::string server_id = {};
    std::string type_prefix = {};
    unsigned limit = 200;
    bool newest_first = false;
};

enum class StoreCondition { healthy, degraded };

/// Limits; the defaults are what the agent uses. Tests shorten the times.
struct StoreOptions {
    std::chrono::milliseconds call_limit{5000};  // a call that has no answer by then fails with `unavailable`
    std::chrono::milliseconds lock_wait{250};    // how long one attempt waits for another process's lock
    std::chrono::milliseconds retry_after{1000};  // pause between attempts while the disk refuses writes
    std::size_t waiting_limit = 65536;            // calls waiting; one more fails with `unavailable`
    std::size_t batch_limit = 4096;               // calls in one transaction
    std::uint64_t events_kept = 100000;
    std::uint64_t runs_kept = 1000;  // per server
    std::uint64_t feedback_kept = 5000;
};

/// Counted since open().
struct StoreStats {
    std::uint64_t commits = 0;  // write transactions committed
    std::uint64_t writes = 0;   // writes in them
    std::uint64_t refused = 0;  // calls refused because too many were waiting
    std::uint64_t lost = 0;     // writes that were to be stored later and never were (closed before)
    std::size_t waiting = 0;    // now
};

class StateStore {
  public:
    /// Opens or creates `file`. A corrupt database is moved aside with its date, a newer schema is an error
    /// that leaves the file untouched (conflict). A read-only or full disk opens degraded: what is in memory
    /// goes on.
    struct Opened;
    /// `unavailable` when there is a database and it can't be read at all (locked, not ours).
    static Task<Result<Opened>> open(Loop& loop, std::filesystem::path file,
                                     StoreOptions options = StoreOptions());
    /// Calls that still wait fail with `unavailable`. close() first, or what is queued may be lost.
    ~StateStore();

    StoreCondition condition() const;
    std::string condition_reason() const;  // why degraded; empty when healthy
    StoreStats stats() const;

    /// What happens after open() and people should know: corruption, disk trouble and its end, losses. On the
    /// loop thread.
    void set_notice_sink(std::function<void(std::string)> sink);

    std::string data_id() const;  // random, made once per database; shown as dataId

    // What succeeds is on disk. A definition's write that fails was not stored (unless the message says that
    // this is not known). A desired state, run, event or manifest that fails with `unavailable` stays queued
    // and is stored as soon as the disk allows.

    /// In the order they were made. One that can't be read is left out, kept on disk, and said as a notice.
    Task<Result<std::vector<StoredServer>>> load_servers();
    Task<Result<>> save_server(StoredServer server);  // insert or replace; conflict: another has the name
    Task<Result<>> remove_server(std::string id);     // with its runs and manifest; server_not_found
    Task<Result<>> save_desired(std::string id, Desired desired);  // server_not_found

    /// Insert or replace; server_not_found. Also raises the server's last_run.
    Task<Result<>> save_run(std::string server_id, RunRecord run);
    /// Newest first.
    Task<Result<std::vector<RunRecord>>> load_runs(std::string server_id, unsigned limit);

    Task<Result<std::uint64_t>> add_event(Event event);  // gives its sequence; keeps the newest 100,000
    Task<Result<std::vector<Event>>> load_events(EventQuery query);

    Task<Result<>> save_manifest(std::string server_id, Manifest manifest);
    Task<Result<std::vector<StoredManifest>>> load_manifests();
    Task<Result<>> save_approval(std::string server_id, Approval approval);  // insert or replace
    Task<Result<std::vector<StoredApproval>>> load_approvals();

    Task<Result<std::vector<StoredToken>>> load_tokens();
    Task<Result<>> save_token(StoredToken token);  // insert or replace
    Task<Result<>> touch_token(std::string name, Timestamp used_at);
    Task<Result<>> remove_token(std::string name);  // not_found
    Task<Result<std::vector<StoredProfile>>> load_profiles();
    Task<Result<>> save_profile(StoredProfile profile);  // insert or replace
    Task<Result<>> remove_profile(std::string name);     // not_found

    using Checks = std::shared_ptr<const std::vector<ServerCheck>>;
    /// Together, oldest first; each is kept for two hours as it is, for two days in minutes, for 31 days in
    /// hours, for 92 in days. Those of servers that are gone are left out. A call that fails with
    /// `unavailable` stored none, as far as is known: one check stored twice counts once.
    Task<Result<>> add_health(Checks checks);
    /// Oldest first.
    Task<Result<std::vector<HealthPoint>>> load_health(std::string server_id, HealthStep step,
                                                       Timestamp since);

    /// The oldest beyond feedback_kept go.
    Task<Result<>> add_feedback(StoredFeedback feedback);
    /// Newest first.
    Task<Result<std::vector<StoredFeedback>>> load_feedback(FeedbackQuery query);
    Task<Result<StoredFeedback>> find_feedback(std::string id);  // feedback_not_found
    /// Status, response and their times, of one that is there.
    Task<Result<>> save_feedback_answer(StoredFeedback feedback);
    Task<Result<FeedbackFigures>> count_feedback();
    /// Where the work of what is kept beside the truth goes (agent/store/history_store.hpp).
    std::shared_ptr<store::WriteQueue> queue() const;

    /// Looks whether the files are still those that were opened, as every other call does. For idle times.
    Task<> look();

    Task<> close();  // what is queued is written first

  private:
    struct State;
    explicit StateStore(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;  // shared with the coroutines of calls that wait
};

struct StateStore::Opened {
    std::unique_ptr<StateStore> store;
    std::vector<std::string>
        notices;  // "the database was corrupt and was moved to …", for an event and the log
};

}  // namespace mcpm
