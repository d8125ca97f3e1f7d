// Truth about servers, on disk: SQLite on a thread of its own, reached by awaitable methods. Supervision
// works when it does not: callers decide what a failed save means. Nothing here exposes SQL.
// Writes that are waiting when the thread is free are committed together (one fsync for many).
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"
#include "common/event.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
    std::string facts = "{}";   // era, protocol version, serverInfo, capabilities, instructions
    std::string digest;
    Timestamp taken_at{};
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

class StateStore {
  public:
    /// Opens or creates `file`. A corrupt database is moved aside with its date, a newer schema is an error that
    /// leaves the file untouched (conflict). A read-only or full disk opens degraded: what is in memory goes on.
    struct Opened;
    static Task<Result<Opened>> open(Loop& loop, std::filesystem::path file);
    ~StateStore();

    StoreCondition condition() const;
    std::string data_id() const;   // random, made once per database; marks our processes and containers

    Task<Result<std::vector<StoredServer>>> load_servers();
    Task<Result<>> save_server(StoredServer server);             // insert or replace
    Task<Result<>> remove_server(std::string id);                // with its runs and manifest
    Task<Result<>> save_desired(std::string id, Desired desired);

    Task<Result<>> save_run(std::string server_id, RunRecord run);  // insert or replace
    Task<Result<std::vector<RunRecord>>> load_runs(std::string server_id, unsigned limit);

    Task<Result<std::uint64_t>> add_event(Event event);          // gives its sequence; keeps the newest 100,000
    Task<Result<std::vector<Event>>> load_events(EventQuery query);

    Task<Result<>> save_manifest(std::string server_id, Manifest manifest);
    Task<Result<std::optional<Manifest>>> load_manifest(std::string server_id);

    Task<> close();   // what is queued is written first

  private:
    struct State;
    explicit StateStore(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct StateStore::Opened {
    std::unique_ptr<StateStore> store;
    std::vector<std::string> notices;   // "the database was corrupt and was moved to …", for an event and the log
};

}  // namespace mcpm
