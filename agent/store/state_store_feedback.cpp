// StateStore's methods for feedback.
#include "agent/store/feedback_rows.hpp"
#include "agent/store/store_calls.hpp"

namespace mcpm {

using store::Connection;

Task<Result<>> StateStore::add_feedback(StoredFeedback feedback) {
    auto run = [feedback = std::move(feedback),
                kept = state_->options.feedback_kept](Connection& connection) {
        store::add_feedback(connection, feedback, kept);
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::definition, std::move(run));
    work.is_mere_use = true;
    co_return co_await write(state_->queue, "store feedback", std::move(work));
}

Task<Result<std::vector<StoredFeedback>>> StateStore::load_feedback(FeedbackQuery query) {
    std::function<std::vector<StoredFeedback>(Connection&)> load =
        [query = std::move(query)](Connection& connection) {
            return store::load_feedback(connection, query);
        };
    co_return co_await read(state_->queue, "load feedback", std::move(load));
}

Task<Result<StoredFeedback>> StateStore::find_feedback(std::string id) {
    std::function<std::optional<StoredFeedback>(Connection&)> load = [id](Connection& connection) {
        return store::find_feedback(connection, id);
    };
    auto found = co_await read(state_->queue, "load feedback", std::move(load));
    if (found.has_error()) co_return found.error();
    if (!*found) co_return Error{ErrorCode::feedback_not_found, "feedback \"" + id + "\" not found"};
    co_return std::move(**found);
}

Task<Result<>> StateStore::save_feedback_answer(StoredFeedback feedback) {
    auto run = [feedback = std::move(feedback)](Connection& connection) {
        store::save_feedback_answer(connection, feedback);
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::definition, std::move(run));
    work.is_mere_use = true;
    co_return co_await write(state_->queue, "store an answer to feedback", std::move(work));
}

Task<Result<FeedbackFigures>> StateStore::count_feedback() {
    std::function<FeedbackFigures(Connection&)> load = store::count_feedback;
    co_return co_await read(state_->queue, "count feedback", std::move(load));
}

}  // namespace mcpm
