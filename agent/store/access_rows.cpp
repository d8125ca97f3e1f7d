#include "agent/store/access_rows.hpp"

#include "agent/store/rows.hpp"

#include <optional>

namespace mcpm::store {

namespace {

std::optional<Timestamp> time_in(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return to_time(row.integer(column));
}

Result<> removed(const Connection& connection, int changes, const std::string& what,
                 const std::string& name) {
    if (connection.failure() || changes > 0) return {};
    return Error{ErrorCode::not_found, "there is no " + what + " '" + name + "'"};
}

}  // namespace

std::vector<StoredToken> load_tokens(Connection& connection) {
    std::vector<StoredToken> tokens;
    auto row = connection.prepare(
        "SELECT name, is_admin, profile, digest, created_at, expires_at, last_used_at, is_for_metrics FROM "
        "tokens ORDER BY name");
    while (row.step()) {
        tokens.push_back(StoredToken{row.text(0), row.integer(1) != 0, row.text(2), row.text(3),
                                     to_time(row.integer(4)), time_in(row, 5), time_in(row, 6),
                                     row.integer(7) != 0});
    }
    return tokens;
}

void save_token(Connection& connection, const StoredToken& token) {
    connection
        .prepare(
            "INSERT OR REPLACE INTO tokens (name, is_admin, profile, digest, created_at, expires_at, "
            "last_used_at, is_for_metrics) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(token.name)
        .bind(std::int64_t{token.is_admin})
        .bind(token.profile)
        .bind(token.digest)
        .bind(from_time(token.created_at))
        .bind(optional_time(token.expires_at))
        .bind(optional_time(token.last_used_at))
        .bind(std::int64_t{token.is_for_metrics})
        .run();
}

void touch_token(Connection& connection, const std::string& name, Timestamp used_at) {
    connection.prepare("UPDATE tokens SET last_used_at = ? WHERE name = ?")
        .bind(from_time(used_at))
        .bind(name)
        .run();
}

Result<> remove_token(Connection& connection, const std::string& name) {
    connection.prepare("DELETE FROM tokens WHERE name = ?").bind(name).run();
    return removed(connection, connection.changes(), "token", name);
}

std::vector<StoredProfile> load_profiles(Connection& connection) {
    std::vector<StoredProfile> profiles;
    auto row = connection.prepare("SELECT name, body, created_at, updated_at FROM profiles ORDER BY name");
    while (row.step()) {
        profiles.push_back(
            StoredProfile{row.text(0), row.text(1), to_time(row.integer(2)), to_time(row.integer(3))});
    }
    return profiles;
}

void save_profile(Connection& connection, const StoredProfile& profile) {
    connection
        .prepare("INSERT OR REPLACE INTO profiles (name, body, created_at, updated_at) VALUES (?, ?, ?, ?)")
        .bind(profile.name)
        .bind(profile.body)
        .bind(from_time(profile.created_at))
        .bind(from_time(profile.updated_at))
        .run();
}

Result<> remove_profile(Connection& connection, const std::string& name) {
    connection.prepare("DELETE FROM profiles WHERE name = ?").bind(name).run();
    return removed(connection, connection.changes(), "profile", name);
}

}  // namespace mcpm::store
