// The room feedback: what people say about the program. It may include the store (what is stored of it, no
// more). It never keeps or sends anything.
//
// Feedback is read and checked here, and put into shape: for the wire, and in the words of the notice and of
// the letter to its sender. Pure; stored by agent/store, sent by agent/notify.
#pragma once

#include "agent/store/feedback.hpp"
#include "common/error.hpp"
#include "common/wire.hpp"

#include <string>
#include <string_view>

namespace mcpm::feedback {

/// What is known beside the body.
struct Sender {
    std::string actor, version, user_agent;
};

std::string new_feedback_id();  // "fb_" and twelve of base32

/// {"type", "title", "description", "rating"?, "email"?, "page"?, "command"?, "version"?, "userAgent"?}. One
/// validation_error names every bad field.
Result<StoredFeedback> read_feedback(const wire::Json& body, const Sender& sender, Timestamp now);

/// {"status"?, "response"?} upon what is stored. The first answer sets respondedAt, the first resolved or
/// closed resolvedAt; opened again, the latter is gone.
Result<StoredFeedback> read_answer(const wire::Json& body, StoredFeedback stored, Timestamp now);

/// `type`, `status` and `rating` of a list's query.
Result<FeedbackQuery> read_query(std::string_view type, std::string_view status, std::string_view rating);

wire::Json feedback_json(const StoredFeedback& feedback);
wire::Json stats_json(const FeedbackFigures& figures);

/// A bug, or a rating of 2 or less.
bool is_for_team(const StoredFeedback& feedback);
/// One sentence: type, rating and title.
std::string in_words(const StoredFeedback& feedback);
/// The event's detail, as JSON text.
std::string event_detail(const StoredFeedback& feedback);

struct Letter {
    std::string subject, text;
};
Letter answer_letter(const StoredFeedback& feedback);

}  // namespace mcpm::feedback
