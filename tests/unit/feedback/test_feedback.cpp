#include "agent/feedback/feedback.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::feedback;
using wire::Json;

namespace {

const Timestamp noon{std::chrono::hours(480'000)};
const Sender sender{"uid:1000", "0.1.0", "mcpm/0.1.0"};

Json good() {
    return Json{{"type", "bug"}, {"title", "It hangs"}, {"description", "At start."}, {"rating", 2}};
}

/// What is said when one member is something else.
std::string said_of(const char* key, Json value) {
    Json body = good();
    body[key] = std::move(value);
    const auto read = read_feedback(body, sender, noon);
    return read ? std::string() : read.error().message;
}

}  // namespace

TEST_CASE("Feedback is read with what is known of its sender") {
    const auto read = read_feedback(good(), sender, noon);
    REQUIRE(read.has_value());
    CHECK(read->id.starts_with("fb_"));
    CHECK(read->id.size() == 15);
    CHECK(read->status == "open");
    CHECK(read->version == "0.1.0");
    CHECK(read->user_agent == "mcpm/0.1.0");
    CHECK(read->actor == "uid:1000");
    CHECK(read->rating == 2U);
    CHECK(feedback_json(*read)["createdAt"] == feedback_json(*read)["updatedAt"]);
}

TEST_CASE("Every bad field of feedback is named at once") {
    const auto read = read_feedback(Json{{"type", "praise"}, {"rating", 6}}, sender, noon);
    REQUIRE(read.has_error());
    CHECK(read.error().code == ErrorCode::validation_error);
    for (const char* field : {"type: bug, feature, improvement or general", "title: is required",
                              "description: is required", "rating: a whole number from 1 to 5"}) {
        CAPTURE(field);
        CHECK(read.error().message.find(field) != std::string::npos);
    }
}

TEST_CASE("A field of feedback that is too long, of another kind or harmful is refused") {
    CHECK(said_of("title", std::string(201, 'x')).find("title: at most 200 bytes") != std::string::npos);
    CHECK(said_of("title", " \t").find("title") != std::string::npos);
    CHECK(said_of("title", "a\nb").find("control") != std::string::npos);
    CHECK(said_of("description", "a\nb").empty());
    CHECK(said_of("description", "a\x1b[2J").find("description: has a control") != std::string::npos);
    CHECK(said_of("description", 7).find("a text is expected") != std::string::npos);
    for (const Json& rating : {Json(0), Json(6), Json(-1), Json(2.5), Json("3")})
        CHECK(said_of("rating", rating).find("rating") != std::string::npos);
    for (const char* email : {"me", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b,c@d"})
        CHECK(said_of("email", email).find("email") != std::string::npos);
    CHECK(said_of("email", "me@example.org").empty());
    CHECK(said_of("rating", nullptr).empty());
}

TEST_CASE("An answer sets its times once, and opening again takes the resolution back") {
    const auto stored = read_feedback(good(), sender, noon);
    const auto later = noon + std::chrono::hours(1);
    const auto answered = read_answer(Json{{"response", "Mended."}, {"status", "resolved"}}, *stored, later);
    REQUIRE(answered.has_value());
    CHECK(answered->responded_at == later);
    CHECK(answered->resolved_at == later);
    const auto closed = read_answer(Json{{"status", "closed"}, {"response", "Really."}}, *answered,
                                    later + std::chrono::hours(1));
    CHECK(closed->responded_at == later);
    CHECK(closed->resolved_at == later);
    const auto again = read_answer(Json{{"status", "in-progress"}}, *closed, later);
    CHECK_FALSE(again->resolved_at);
    CHECK(again->response == "Really.");
}

TEST_CASE("An answer that says nothing, or something that is none, names the field") {
    const auto stored = read_feedback(good(), sender, noon);
    CHECK(read_answer(Json::object(), *stored, noon).error().message.find("status") != std::string::npos);
    CHECK(read_answer(Json{{"response", "  "}}, *stored, noon).error().message.find("response") !=
          std::string::npos);
    CHECK(read_answer(Json{{"status", "done"}}, *stored, noon).error().message.find("status: open") !=
          std::string::npos);
}

TEST_CASE("The figures of feedback are counted, and what is not known is left out") {
    const auto none = stats_json({});
    CHECK(none["total"] == 0);
    CHECK(none["byType"]["bug"] == 0);
    CHECK_FALSE(none.contains("averageRating"));
    CHECK_FALSE(none.contains("responseRate"));
    CHECK_FALSE(none.contains("resolutionTime"));
    FeedbackFigures figures;
    figures.total = 4;
    figures.answered = 1;
    figures.by_type = {{"bug", 3}, {"general", 1}};
    figures.by_rating = {{1, 1}, {5, 2}};
    figures.resolution_ms = {10, 20, 90};
    const auto some = stats_json(figures);
    CHECK(some["byType"]["bug"] == 3);
    CHECK(some["byRating"]["5"] == 2);
    CHECK(some["averageRating"].get<double>() == doctest::Approx(11.0 / 3));
    CHECK(some["responseRate"] == 25.0);
    CHECK(some["resolutionTime"]["averageMs"] == 40);
    CHECK(some["resolutionTime"]["medianMs"] == 20);
}

TEST_CASE("A bug and a low rating are for the team, other feedback is not") {
    StoredFeedback feedback;
    feedback.type = "general";
    CHECK_FALSE(is_for_team(feedback));
    feedback.rating = 3;
    CHECK_FALSE(is_for_team(feedback));
    feedback.rating = 2;
    CHECK(is_for_team(feedback));
    feedback.rating = 5;
    feedback.type = "bug";
    CHECK(is_for_team(feedback));
}
