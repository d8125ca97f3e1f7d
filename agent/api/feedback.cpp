// Feedback: send, list, answer, figures.
#include "agent/feedback/feedback.hpp"

#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/event_type.hpp"
#include "common/fields/feedback_fields.hpp"
#include "common/units.hpp"

#include <string>
#include <utility>

namespace mcpm::api {

namespace {

void announce(Rooms& rooms, EventType type, const http::Request& request, const StoredFeedback& feedback,
              std::string message) {
    Event event;
    event.at = now_utc();
    event.type = name_of(type);
    event.actor = actor_of(request);
    event.message = std::move(message);
    event.detail = feedback::event_detail(feedback);
    rooms.supervisor.add_event(std::move(event));
}

/// What became of the letter to the sender.
std::string_view tell_sender(Rooms& rooms, const StoredFeedback& feedback) {
    if (feedback.email.empty()) return "no address";
    auto letter = feedback::answer_letter(feedback);
    const bool taken =
        rooms.signals.send_letter(feedback.email, std::move(letter.subject), std::move(letter.text));
    return taken ? "queued" : "mail is not set up";
}

}  // namespace

Task<http::Response> list_feedback(Rooms& rooms, http::Request& request) {
    auto query =
        feedback::read_query(request.parameter("type").value_or(""), request.parameter("status").value_or(""),
                             request.parameter("rating").value_or(""));
    if (!query) co_return failure(query.error());
    query->limit = static_cast<unsigned>(count(request, "limit", 100, 1000));
    const auto all = co_await rooms.store.load_feedback(std::move(*query));
    if (!all) co_return failure(all.error());
    auto json = wire::Json::array();
    for (const auto& one : *all) json.push_back(feedback::feedback_json(one));
    co_return success(json);
}

Task<http::Response> send_feedback(Rooms& rooms, http::Request& request) {
    const auto body = object_of(
        request, {fields::feedback::type, fields::feedback::title, fields::feedback::description,
                  fields::feedback::rating, fields::feedback::email, fields::feedback::page,
                  fields::feedback::command, fields::feedback::version, fields::feedback::user_agent});
    if (!body) co_return failure(body.error());
    const feedback::Sender sender{actor_of(request), rooms.control.facts().version,
                                  std::string(request.header("user-agent").value_or(""))};
    const auto read = feedback::read_feedback(*body, sender, now_utc());
    if (!read) co_return failure(read.error());
    const auto kept = co_await run_to_its_end(rooms, "store feedback", rooms.store.add_feedback(*read));
    if (!kept) co_return failure(kept.error());
    announce(rooms, EventType::feedback_received, request, *read, feedback::in_words(*read));
    co_return success(feedback::feedback_json(*read), 201);
}

Task<http::Response> answer_feedback(Rooms& rooms, http::Request& request) {
    const std::string id = request.path_values.at(0);
    const auto body = object_of(request, {fields::feedback::status, fields::feedback::response});
    if (!body) co_return failure(body.error());
    auto found = co_await rooms.store.find_feedback(id);
    if (!found) co_return failure(found.error());
    const auto answered = feedback::read_answer(*body, std::move(*found), now_utc());
    if (!answered) co_return failure(answered.error());
    const auto kept =
        co_await run_to_its_end(rooms, "store an answer", rooms.store.save_feedback_answer(*answered));
    if (!kept) co_return failure(kept.error());
    auto json = feedback::feedback_json(*answered);
    const bool has_response = body->contains(fields::feedback::response);
    if (has_response) json[fields::feedback::letter] = tell_sender(rooms, *answered);
    announce(rooms, EventType::feedback_answered, request, *answered,
             (has_response ? "answered: " : answered->status + ": ") + answered->title);
    co_return success(json);
}

Task<http::Response> show_feedback_stats(Rooms& rooms, http::Request&) {
    const auto figures = co_await rooms.store.count_feedback();
    if (!figures) co_return failure(figures.error());
    co_return success(feedback::stats_json(*figures));
}

}  // namespace mcpm::api
