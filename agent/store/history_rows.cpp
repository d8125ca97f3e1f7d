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
            "calls, errors, memory_least, cpu_least, cpu_most) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
            "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20 "
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
            "calls = calls + excluded.calls, errors = errors + excluded.errors, "
            // Unknown of a row that was begun before this was kept.
            "memory_least = min(memory_least, excluded.memory_least), "
            "cpu_least = coalesce(min(cpu_least, excluded.cpu_least), cpu_least, excluded.cpu_least), "
            "cpu_most = coalesce(max(cpu_most, excluded.cpu_most), cpu_most, excluded.cpu_most)")
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
        .bind(look.memory_least)
        .bind(look.cpu_least)
        .bind(look.cpu_most)
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
        "read_bytes, written_bytes, received_bytes, sent_bytes, calls, errors, memory_least, cpu_least, "
        "cpu_most FROM stats WHERE server_id = ? AND step = ? AND at >= ? ORDER BY at");
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
        point.memory_least = maybe(row, 15);
        point.cpu_least = maybe(row, 16);
        point.cpu_most = maybe(row, 17);
        points.push_back(point);
    }
    return points;
}

namespace {

/// False when there is no such row.
bool add_to_feature(Connection& connection, const FeatureUse& use, std::string_view subject) {
    auto known = connection.prepare(
        "UPDATE feature_use SET count = count + ?4, total = total + ?5 WHERE day = ?1 AND type = ?2 AND "
        "subject = ?3 RETURNING 1");
    known.bind(use.day).bind(use.type).bind(subject).bind(in(use.count)).bind(in(use.total));
    return known.step();
}

}  // namespace

void add_feature(Connection& connection, const FeatureUse& use, const HistoryLimits& limits) {
    constexpr std::string_view others = "(others)";
    if (add_to_feature(connection, use, use.subject)) return;
    // Counted only for what is new: there are many more uses than kinds of them.
    std::uint64_t subjects = 0;
    {
        auto known = connection.prepare("SELECT count(*) FROM feature_use WHERE day = ? AND type = ?");
        known.bind(use.day).bind(use.type);
        if (!known.step()) return;
        subjects = out(known.integer(0));
    }
    const bool has_room = subjects < limits.feature_subjects;
    if (!has_room && add_to_feature(connection, use, others)) return;
    connection.prepare("INSERT INTO feature_use (day, type, subject, count, total) VALUES (?, ?, ?, ?, ?)")
        .bind(use.day)
        .bind(use.type)
        .bind(has_room ? std::string_view(use.subject) : others)
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
