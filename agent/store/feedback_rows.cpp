#include "agent/store/feedback_rows.hpp"

#include "agent/store/rows.hpp"

namespace mcpm::store {

namespace {

// The order of columns in every SELECT of this file.
StoredFeedback feedback_in(const Statement& row) {
    const auto time_in = [&row](int column) -> std::optional<Timestamp> {
        if (row.is_null(column)) return std::nullopt;
        return to_time(row.integer(column));
    };
    StoredFeedback feedback;
    feedback.id = row.text(0);
    feedback.type = row.text(1);
    feedback.status = row.text(2);
    feedback.title = row.text(3);
    feedback.description = row.text(4);
    if (!row.is_null(5)) feedback.rating = static_cast<unsigned>(row.integer(5));
    feedback.email = row.text(6);
    feedback.version = row.text(7);
    feedback.page = row.text(8);
    feedback.command = row.text(9);
    feedback.user_agent = row.text(10);
    feedback.actor = row.text(11);
    feedback.response = row.text(12);
    feedback.created_at = to_time(row.integer(13));
    feedback.updated_at = to_time(row.integer(14));
    feedback.responded_at = time_in(15);
    feedback.resolved_at = time_in(16);
    return feedback;
}

std::map<std::string, std::uint64_t> counted(Connection& connection, const char* sql) {
    std::map<std::string, std::uint64_t> counts;
    auto row = connection.prepare(sql);
    while (row.step()) counts[row.text(0)] = static_cast<std::uint64_t>(row.integer(1));
    return counts;
}

}  // namespace

void add_feedback(Connection& connection, const StoredFeedback& feedback, std::uint64_t kept) {
    connection
        .prepare(
            "INSERT INTO feedback (id, type, status, title, description, rating, email, version, page, "
            "command, user_agent, actor, response, created_at, updated_at, responded_at, resolved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(feedback.id)
        .bind(feedback.type)
        .bind(feedback.status)
        .bind(feedback.title)
        .bind(feedback.description)
        .bind(feedback.rating)
        .bind(feedback.email)
        .bind(feedback.version)
        .bind(feedback.page)
        .bind(feedback.command)
        .bind(feedback.user_agent)
        .bind(feedback.actor)
        .bind(feedback.response)
        .bind(from_time(feedback.created_at))
        .bind(from_time(feedback.updated_at))
        .bind(optional_time(feedback.responded_at))
        .bind(optional_time(feedback.resolved_at))
        .run();
    connection
        .prepare(
            "DELETE FROM feedback WHERE sequence <= (SELECT sequence FROM feedback ORDER BY sequence DESC "
            "LIMIT 1 OFFSET ?)")
        .bind(static_cast<std::int64_t>(kept))
        .run();
}

std::vector<StoredFeedback> load_feedback(Connection& connection, const FeedbackQuery& query) {
    std::vector<StoredFeedback> all;
    auto row = connection.prepare(
        "SELECT id, type, status, title, description, rating, email, version, page, command, user_agent, "
        "actor, response, created_at, updated_at, responded_at, resolved_at FROM feedback "
        "WHERE (?1 = '' OR type = ?1) AND (?2 = '' OR status = ?2) AND (?3 IS NULL OR rating = ?3) "
        "ORDER BY sequence DESC LIMIT ?4");
    row.bind(query.type).bind(query.status).bind(query.rating).bind(std::int64_t{query.limit});
    while (row.step()) all.push_back(feedback_in(row));
    return all;
}

std::optional<StoredFeedback> find_feedback(Connection& connection, const std::string& id) {
    auto row = connection.prepare(
        "SELECT id, type, status, title, description, rating, email, version, page, command, user_agent, "
        "actor, response, created_at, updated_at, responded_at, resolved_at FROM feedback WHERE id = ?");
    row.bind(id);
    if (!row.step()) return std::nullopt;
    return feedback_in(row);
}

void save_feedback_answer(Connection& connection, const StoredFeedback& feedback) {
    connection
        .prepare(
            "UPDATE feedback SET status = ?, response = ?, updated_at = ?, responded_at = ?, resolved_at = ? "
            "WHERE id = ?")
        .bind(feedback.status)
        .bind(feedback.response)
        .bind(from_time(feedback.updated_at))
        .bind(optional_time(feedback.responded_at))
        .bind(optional_time(feedback.resolved_at))
        .bind(feedback.id)
        .run();
}

FeedbackFigures count_feedback(Connection& connection) {
    FeedbackFigures figures;
    figures.by_type = counted(connection, "SELECT type, count(*) FROM feedback GROUP BY type");
    figures.by_status = counted(connection, "SELECT status, count(*) FROM feedback GROUP BY status");
    for (const auto& [type, count] : figures.by_type) figures.total += count;
    auto ratings =
        connection.prepare("SELECT rating, count(*) FROM feedback WHERE rating IS NOT NULL GROUP BY rating");
    while (ratings.step())
        figures.by_rating[static_cast<unsigned>(ratings.integer(0))] =
            static_cast<std::uint64_t>(ratings.integer(1));
    figures.answered = static_cast<std::uint64_t>(
        connection.number("SELECT count(*) FROM feedback WHERE responded_at IS NOT NULL"));
    auto times = connection.prepare(
        "SELECT max(0, resolved_at - created_at) AS took FROM feedback WHERE resolved_at IS NOT NULL ORDER "
        "BY "
        "took");
    while (times.step()) figures.resolution_ms.push_back(times.integer(0));
    return figures;
}

}  // namespace mcpm::store
