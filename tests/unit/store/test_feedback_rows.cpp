#include "agent/store/feedback_rows.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace mcpm;
using namespace mcpm::store;

namespace {

std::unique_ptr<Connection> fresh_store() {
    auto connection = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(0));
    migrate(*connection);
    REQUIRE_FALSE(connection->failure());
    return connection;
}

StoredFeedback sent(const std::string& id, const char* type, std::optional<unsigned> rating = {}) {
    StoredFeedback feedback;
    feedback.id = id;
    feedback.type = type;
    feedback.status = "open";
    feedback.title = "title of " + id;
    feedback.rating = rating;
    feedback.created_at = feedback.updated_at = to_time(1000);
    return feedback;
}

}  // namespace

TEST_CASE("Feedback comes back as it was stored, with its answer") {
    const auto connection = fresh_store();
    add_feedback(*connection, sent("fb_a", "bug", 2U), 100);
    auto found = find_feedback(*connection, "fb_a");
    REQUIRE(found);
    CHECK(found->rating == 2U);
    CHECK_FALSE(found->responded_at);
    found->status = "resolved";
    found->response = "mended";
    found->responded_at = found->resolved_at = to_time(5000);
    save_feedback_answer(*connection, *found);
    const auto again = find_feedback(*connection, "fb_a");
    CHECK(again->response == "mended");
    CHECK(again->resolved_at == to_time(5000));
    CHECK_FALSE(find_feedback(*connection, "fb_b"));
    const auto figures = count_feedback(*connection);
    CHECK(figures.answered == 1);
    CHECK(figures.resolution_ms == std::vector<std::int64_t>{4000});
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Feedback is listed with the newest first, by type, status and rating") {
    const auto connection = fresh_store();
    add_feedback(*connection, sent("fb_a", "bug", 1U), 100);
    add_feedback(*connection, sent("fb_b", "general", 5U), 100);
    add_feedback(*connection, sent("fb_c", "bug"), 100);
    CHECK(load_feedback(*connection, {}).front().id == "fb_c");
    CHECK(load_feedback(*connection, {"bug", "", {}, 10}).size() == 2);
    CHECK(load_feedback(*connection, {"", "closed", {}, 10}).empty());
    CHECK(load_feedback(*connection, {"", "", 5U, 10}).front().id == "fb_b");
    CHECK(load_feedback(*connection, {"", "", {}, 1}).size() == 1);
    CHECK_FALSE(connection->failure());
}

TEST_CASE("Beyond its bound the oldest feedback goes") {
    const auto connection = fresh_store();
    for (int i = 0; i < 8; ++i) add_feedback(*connection, sent("fb_" + std::to_string(i), "bug"), 5);
    const auto all = load_feedback(*connection, {});
    REQUIRE(all.size() == 5);
    CHECK(all.front().id == "fb_7");
    CHECK(all.back().id == "fb_3");
    CHECK_FALSE(connection->failure());
}
