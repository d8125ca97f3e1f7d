// The SQL of every stored thing: rows <-> values. Runs on the store's thread; failures of SQLite are the
// connection's, what is wrong with the request is the returned Result.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::store {

/// A server with its spec as JSON text.
struct ServerRow {
    std::string id, name, spec;
    bool desired_up = false;
    std::int64_t created_at = 0, updated_at = 0, last_run = 0;
};

Timestamp to_time(std::int64_t milliseconds);
std::int64_t from_time(Timestamp time);
std::optional<std::int64_t> optional_time(const std::optional<Timestamp>& time);

/// SQLite has no numbers without a sign; those of more than 63 bits come back as they were.
constexpr std::int64_t in(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}
constexpr std::uint64_t out(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

std::vector<ServerRow> load_server_rows(Connection& connection);
Result<> save_server_row(Connection& connection, const ServerRow& row);
Result<> remove_server(Connection& connection, const std::string& id);
Result<> save_desired(Connection& connection, const std::string& id, Desired desired);

Result<> save_run(Connection& connection, const std::string& server_id, const RunRecord& run,
                  std::uint64_t kept);
std::vector<RunRecord> load_runs(Connection& connection, const std::string& server_id, unsigned limit);

void add_event(Connection& connection, const Event& event);
std::vector<Event> load_events(Connection& connection, const EventQuery& query);
std::uint64_t newest_event(Connection& connection);
/// Removes the oldest when there are clearly more than `kept`: a few hundred at a time, not one by one. Of
/// those that are 400 days older than the newest one some go each time.
void trim_events(Connection& connection, std::uint64_t kept);

Result<> save_manifest(Connection& connection, const std::string& server_id, const Manifest& manifest);
std::vector<StoredManifest> load_manifests(Connection& connection);
Result<> save_approval(Connection& connection, const std::string& server_id, const Approval& approval);
std::vector<StoredApproval> load_approvals(Connection& connection);

Result<> add_health(Connection& connection, const std::string& server_id, const HealthPoint& check);
std::vector<HealthPoint> load_health(Connection& connection, const std::string& server_id, HealthStep step,
                                     Timestamp since);

std::string load_meta(Connection& connection, const std::string& key);
void save_meta(Connection& connection, const std::string& key, const std::string& value);

}  // namespace mcpm::store
