// Health checks: each is stored as it is, and added to its minute, its hour and its day. Of each of the four
// so many rows are kept, the newest by the order in which they were stored: the clock may be set back and
// forward.
#include "agent/store/rows.hpp"

#include <array>

namespace mcpm::store {

namespace {

struct Tier {
    HealthStep step;
    std::int64_t milliseconds;  // that a row stands for; 0: one check
    std::int64_t kept;          // rows
};
constexpr std::int64_t one_hour = 3'600'000;
constexpr std::array tiers{
    Tier{HealthStep::check, 0, 7'200},  // two hours of one a second
    Tier{HealthStep::minute, 60'000, 48 * 60},
    Tier{HealthStep::hour, one_hour, 31 * 24},
    Tier{HealthStep::day, 24 * one_hour, 92},
};

std::int64_t newest_sequence(Connection& connection, const std::string& server_id, const Tier& tier) {
    auto row = connection.prepare("SELECT max(sequence) FROM health WHERE server_id = ? AND step = ?");
    row.bind(server_id).bind(tier.milliseconds);
    return row.step() ? row.integer(0) : 0;
}

/// The answer to a batch may be lost, and it comes again.
bool is_stored(Connection& connection, const std::string& server_id, const HealthPoint& check) {
    auto row = connection.prepare("SELECT 1 FROM health WHERE server_id = ? AND step = 0 AND at = ?");
    row.bind(server_id).bind(from_time(check.at));
    return row.step();
}

void add_to(Connection& connection, const Tier& tier, const std::string& server_id,
            const HealthPoint& check) {
    const std::int64_t at = from_time(check.at);
    const std::int64_t sequence = newest_sequence(connection, server_id, tier) + 1;
    connection
        .prepare(
            "INSERT INTO health (server_id, step, at, checks, failed, total_us, most_us, sequence, least_us) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (server_id, step, at) DO UPDATE SET checks = checks + excluded.checks, "
            "failed = failed + excluded.failed, total_us = total_us + excluded.total_us, "
            "most_us = max(most_us, excluded.most_us), "
            "least_us = coalesce(min(least_us, excluded.least_us), least_us, excluded.least_us), "
            // The newest row stays where it is, however many checks it takes: a number is a row.
            "sequence = CASE WHEN sequence = excluded.sequence - 1 THEN sequence ELSE excluded.sequence END")
        .bind(server_id)
        .bind(tier.milliseconds)
        .bind(tier.milliseconds == 0 ? at : at - at % tier.milliseconds)
        .bind(static_cast<std::int64_t>(check.checks))
        .bind(static_cast<std::int64_t>(check.failed))
        .bind(std::int64_t{check.total.count()})
        .bind(std::int64_t{check.most.count()})
        .bind(sequence)
        .bind(check.least ? std::optional<std::int64_t>(check.least->count()) : std::nullopt)
        .run();
    connection.prepare("DELETE FROM health WHERE server_id = ? AND step = ? AND sequence <= ?")
        .bind(server_id)
        .bind(tier.milliseconds)
        .bind(sequence - tier.kept)
        .run();
}

}  // namespace

Result<> add_health(Connection& connection, const std::string& server_id, const HealthPoint& check) {
    // The server may have been removed since it was looked at.
    auto there = connection.prepare("SELECT 1 FROM servers WHERE id = ?");
    there.bind(server_id);
    if (!there.step()) {
        if (connection.failure()) return {};
        return Error{ErrorCode::server_not_found,
                     "store a health check: there is no server \"" + server_id + "\""};
    }
    if (is_stored(connection, server_id, check)) return {};
    for (const Tier& tier : tiers) add_to(connection, tier, server_id, check);
    return {};
}

std::vector<HealthPoint> load_health(Connection& connection, const std::string& server_id, HealthStep step,
                                     Timestamp since) {
    std::int64_t milliseconds = 0;
    for (const Tier& tier : tiers) {
        if (tier.step == step) milliseconds = tier.milliseconds;
    }
    auto row = connection.prepare(
        "SELECT at, checks, failed, total_us, most_us, least_us FROM health WHERE server_id = ? AND step = ? "
        "AND at >= ? ORDER BY sequence, at");
    row.bind(server_id).bind(milliseconds).bind(from_time(since) - milliseconds);
    std::vector<HealthPoint> points;
    while (row.step()) {
        points.push_back(
            {to_time(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
             static_cast<std::uint64_t>(row.integer(2)), std::chrono::microseconds(row.integer(3)),
             std::chrono::microseconds(row.integer(4)),
             row.is_null(5) ? std::nullopt : std::optional(std::chrono::microseconds(row.integer(5)))});
    }
    return points;
}

}  // namespace mcpm::store
