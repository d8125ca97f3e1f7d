#include "cli/connect_shim.hpp"

#include "common/units.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t pipe_room = 4096;  // what a pipe that is ready takes without waiting (pipe(7))

std::string_view without_newline(std::string_view line) {
    line.remove_suffix(1);
    return line;
}

bool is_for_later(int error_number) {
    return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

ConnectShim::ConnectShim(const Paths& paths, std::string target, Output& words,
                         std::chrono::milliseconds drain)
    : paths_(paths), target_(std::move(target)), words_(words), drain_(drain) {
    struct stat facts {};
    if (::fstat(1, &facts) != 0) return;
    output_is_socket_ = S_ISSOCK(facts.st_mode);
    if (!S_ISFIFO(facts.st_mode)) return;
    own_output_ = UniqueFd(::open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (own_output_) output_ = own_output_.get();
}

Outcome ConnectShim::run() {
    connect();
    while (!outcome_) turn();
    // Last words, as far as they are taken at once.
    if (link_ && link_->state() == ConnectLink::State::open) link_->send(to_agent_.ready());
    return *outcome_;
}

void ConnectShim::end(Outcome outcome) {
    if (!outcome_) outcome_ = std::move(outcome);
}

int ConnectShim::milliseconds_to_wait() const {
    if (stage_ == Stage::open && link_->has_surplus() && to_client_.has_room()) return 0;
    if (stage_ == Stage::open && !drain_end_) return -1;
    const auto end =
        stage_ == Stage::open ? *drain_end_ : std::min(deadline_, drain_end_.value_or(deadline_));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void ConnectShim::turn() {
    // A peer that has hung up is reported whatever was asked for: the client's end is looked at always, the
    // agent's only while there is something to do about it.
    // Nothing is read before there is an agent: what the agent refuses is said even to a client that has
    // ended its input already.
    pollfd client_in{was_open_ && !drain_end_ ? 0 : -1, static_cast<short>(to_agent_.has_room() ? POLLIN : 0),
                     0};
    pollfd client_out{output_, static_cast<short>(to_client_.ready().empty() ? 0 : POLLOUT), 0};
    pollfd agent{-1, 0, 0};
    if (link_) {
        if (to_client_.has_room()) agent.events |= POLLIN;
        if (stage_ != Stage::asking && !to_agent_.ready().empty()) agent.events |= POLLOUT;
        if (agent.events != 0) agent.fd = link_->descriptor();
    }
    std::array<pollfd, 3> all{client_in, client_out, agent};
    if (::poll(all.data(), all.size(), milliseconds_to_wait()) < 0) {
        if (errno != EINTR) end(system_error("wait for input", errno));
        return;
    }
    const bool client_speaks = (all[0].revents & POLLIN) != 0;
    if (client_speaks) take_from_client();
    if (!client_speaks && all[0].revents != 0) input_ends();
    if ((all[1].revents & POLLOUT) != 0) give_to_client();
    if ((all[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) end(ExitStatus::done);
    if (outcome_) return;
    const bool has_surplus = link_ && link_->has_surplus() && to_client_.has_room();
    if ((all[2].revents & POLLOUT) != 0) give_to_agent();
    if ((all[2].revents & ~POLLOUT) != 0 || has_surplus) take_from_agent();
    look_at_clock();
    if (drain_end_ && is_drained()) end(ExitStatus::done);
}

/// What was asked is still answered. A last line without its newline counts.
void ConnectShim::input_ends() {
    if (drain_end_) return;
    drain_end_ = Clock::now() + drain_;
    const auto room = to_agent_.room();
    if (ends_line_ || room.empty()) return;
    room.front() = '\n';
    to_agent_.filled(1);
    judge_client();
}

bool ConnectShim::is_drained() const {
    return to_agent_.ready().empty() && to_client_.ready().empty() && memory_.unanswered().empty();
}

void ConnectShim::cut_off() {
    for (const auto& call : memory_.unanswered()) {
        words_.error(Error{ErrorCode::timed_out, "call " + call + " was cut off: no answer within " +
                                                     format_duration(drain_) + " of the end of input"});
    }
    end(memory_.unanswered().empty() ? ExitStatus::done : ExitStatus::failed);
}

void ConnectShim::look_at_clock() {
    // Nothing is due any more: a client that does not read what is left is not waited for long.
    constexpr std::chrono::seconds for_the_rest{2};
    if (drain_end_ && !is_rest_timed_ && to_agent_.ready().empty() && memory_.unanswered().empty()) {
        is_rest_timed_ = true;
        drain_end_ = std::min(*drain_end_, Clock::now() + for_the_rest);
    }
    if (drain_end_ && !outcome_ && Clock::now() >= *drain_end_ && !is_drained()) return cut_off();
    if (stage_ == Stage::open || outcome_ || Clock::now() < deadline_) return;
    if (stage_ == Stage::connecting) return connect();
    if (!was_open_) {
        end(Error{ErrorCode::unavailable,
                  "the agent does not answer on " + paths_.socket().string(),
                  {},
                  "`mcpm agent status` and `mcpm agent logs` say more"});
        return;
    }
    to_client_.insert(memory_.fail_waiting(to_agent_.sent(), "the mcpm agent does not answer"));
    to_agent_.forget();
    lost();
}

void ConnectShim::take_from_client() {
    const auto room = to_agent_.room();
    const auto got = ::read(0, room.data(), room.size());
    if (got < 0 && is_for_later(errno)) return;
    if (got <= 0) return input_ends();
    to_agent_.filled(static_cast<std::size_t>(got));
    ends_line_ = room[static_cast<std::size_t>(got) - 1] == '\n';
    judge_client();
    // Spares the next poll its news that the agent takes bytes.
    if (link_ && stage_ != Stage::asking) give_to_agent();
}

void ConnectShim::judge_client() {
    while (const auto piece = to_agent_.next()) {
        if (!piece->is_whole()) {
            judge_long_from_client(*piece);
            continue;
        }
        const auto verdict = memory_.from_client(without_newline(piece->bytes), to_agent_.position());
        verdict == Verdict::pass ? to_agent_.pass() : to_agent_.drop();
    }
}

void ConnectShim::judge_long_from_client(const LineBuffer::Piece& piece) {
    if (piece.begins) {
        long_from_client_ = {};
        long_at_ = to_agent_.position();
    }
    long_from_client_.feed(piece.bytes);
    const bool ends = piece.ends;
    const bool is_skipped = piece.is_skipped;
    is_skipped ? to_agent_.drop() : to_agent_.pass();
    if (!ends) return;
    if (is_skipped) long_at_ = 0;
    memory_.long_from_client(long_from_client_.id(), long_from_client_.has_method(), long_at_);
    if (is_skipped) to_client_.insert(memory_.lost_call(long_from_client_.id()));
}

void ConnectShim::give_to_client() {
    const auto bytes = to_client_.ready();
    if (bytes.empty()) return;
    const bool never_waits = output_is_socket_ || own_output_;
    const auto count = never_waits ? bytes.size() : std::min(bytes.size(), pipe_room);
    const auto written = output_is_socket_ ? ::send(output_, bytes.data(), count, MSG_DONTWAIT | MSG_NOSIGNAL)
                                           : ::write(output_, bytes.data(), count);
    if (written >= 0) {
        to_client_.written(static_cast<std::size_t>(written));
    } else if (!is_for_later(errno)) {
        end(ExitStatus::done);  // nobody listens any more
    }
}

void ConnectShim::give_to_agent() {
    to_agent_.written(link_->send(to_agent_.ready()));
}

void ConnectShim::take_from_agent() {
    const auto count = link_->receive(to_client_.room());
    to_client_.filled(count);
    switch (link_->state()) {
        case ConnectLink::State::refused:
            return refused();
        case ConnectLink::State::gone:
            return lost();
        case ConnectLink::State::asking:
            return;
        case ConnectLink::State::open:
            break;
    }
    if (stage_ == Stage::asking) begin_conversation();
    judge_agent();
    if (stage_ == Stage::reopening && !memory_.awaits_opening()) go_on();
    give_to_client();
}

void ConnectShim::judge_agent() {
    while (const auto piece = to_client_.next()) {
        if (piece->is_whole()) {
            const auto verdict = memory_.from_agent(without_newline(piece->bytes));
            verdict == Verdict::pass ? to_client_.pass() : to_client_.drop();
            continue;
        }
        if (piece->begins) long_from_agent_ = {};
        long_from_agent_.feed(piece->bytes);
        if (piece->ends) memory_.long_from_agent(long_from_agent_.id(), long_from_agent_.has_method());
        to_client_.pass();
    }
}

}  // namespace mcpm::cli
