// How ConnectShim finds the agent, loses it and finds it again.
#include "cli/agent_process.hpp"
#include "cli/connect_shim.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto start_patience = 2s;    // for an agent that is not there
constexpr auto answer_patience = 10s;  // for one that is there and says nothing yet
constexpr auto longest_delay = 500ms;  // between tries, while it may come back by itself
constexpr auto lazy_delay = 1s;        // once it has been away for long

}  // namespace

void ConnectShim::try_again_in(Clock::duration delay) {
    link_.reset();
    stage_ = Stage::connecting;
    deadline_ = Clock::now() + delay;
}

void ConnectShim::connect() {
    auto link = ConnectLink::ask(paths_.socket().string(), target_);
    if (!link && link.error().code != ErrorCode::unavailable) return end(link.error());
    const bool may_come_back = was_open_ && Clock::now() - away_since_ < start_patience;
    // One who stopped the agent means it; only work to do brings it back, as with every command.
    if (!link && !may_come_back && (!was_open_ || memory_.has_waiting(to_agent_.sent()))) {
        auto started = connect_or_start(paths_, start_patience);
        if (!started) return nobody_there(started.error());
        link = ConnectLink::ask(paths_.socket().string(), target_);
    }
    if (!link) {
        delay_ = std::min<std::chrono::milliseconds>(std::max(delay_ * 2, 10ms), longest_delay);
        return try_again_in(may_come_back ? delay_ : std::chrono::milliseconds(lazy_delay));
    }
    link_ = std::move(*link);
    stage_ = Stage::asking;
    deadline_ = Clock::now() + answer_patience;
}

void ConnectShim::nobody_there(const Error& why) {
    if (!was_open_) {
        Error error = why;
        error.code = ErrorCode::unavailable;
        return end(std::move(error));
    }
    if (!std::exchange(has_said_absent_, true)) words_.error(why);
    to_client_.insert(
        memory_.fail_waiting(to_agent_.sent(), "the mcpm agent cannot be started: " + why.message));
    to_agent_.forget();
    try_again_in(lazy_delay);
}

void ConnectShim::begin_conversation() {
    to_agent_.insert(memory_.opening(to_agent_.sent()));
    stage_ = Stage::reopening;
    to_agent_.hold_back(memory_.awaits_opening());
    if (!memory_.awaits_opening()) go_on();
}

void ConnectShim::go_on() {
    if (memory_.refusal()) {
        return end(
            Error{ErrorCode::internal_error,
                  "the agent came back, but the session could not be opened again: " + *memory_.refusal()});
    }
    to_agent_.insert(memory_.after_opening(to_agent_.sent()));
    to_agent_.hold_back(false);
    if (was_open_) words_.note("connected to the agent again");
    stage_ = Stage::open;
    was_open_ = true;
    has_said_absent_ = false;
}

void ConnectShim::refused() {
    Error error = link_->refusal();
    const bool is_passing = link_->status() == 503;
    const bool is_patient = was_open_ || Clock::now() - away_since_ < start_patience;
    if (!is_passing || !is_patient) return end(std::move(error));
    delay_ = std::min<std::chrono::milliseconds>(std::max(delay_ * 2, 10ms), longest_delay);
    try_again_in(delay_);
}

void ConnectShim::lost() {
    if (stage_ == Stage::open) {
        // One that closes as soon as it has opened is not asked again at full speed.
        if (Clock::now() - away_since_ > 5s) delay_ = 0ms;
        away_since_ = Clock::now();
    }
    const auto errors = memory_.lost(to_agent_.sent());
    to_agent_.end_of_sink();
    to_client_.end_of_source();
    to_client_.insert(errors);
    if (!memory_.can_reopen()) {
        return end(Error{ErrorCode::unavailable,
                         "the agent went away, and the client's handshake was too long to repeat it"});
    }
    if (!was_open_ && Clock::now() - away_since_ >= start_patience)
        return end(
            Error{ErrorCode::unavailable, "the agent closes every connection", {}, "see `mcpm agent logs`"});
    if (was_open_ && delay_ == 0ms) words_.note("the agent went away; connecting again");
    try_again_in(delay_);
    delay_ = std::min<std::chrono::milliseconds>(std::max(delay_ * 2, 10ms), longest_delay);
}

}  // namespace mcpm::cli
