#include "agent/mcp/stdio_peer.hpp"

#include "agent/handover/run_facts.hpp"

#include <climits>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t kept_capacity = 64u << 10;  // a bigger buffer is given back after its line
constexpr std::size_t oversized_head = 4096;
constexpr std::size_t oversized_tail = 256;

Result<> make_non_blocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return system_error("prepare a pipe of the server", errno);
    }
    return {};
}

}  // namespace

StdioPeer::StdioPeer(Loop& loop, SharedBuffer& buffer, Ends ends, Events events, PeerLimits limits)
    : buffer_(buffer),
      ends_(std::move(ends)),
      events_(std::move(events)),
      limits_(limits),
      input_(loop),
      output_(loop) {}

Result<> StdioPeer::start(TaskGroup& group) {
    auto& [input, output, facts, resumed] = ends_;
    for (const int fd : {input.get(), output.get()}) {
        auto made = make_non_blocking(fd);
        if (!made) return made;
    }
    group_ = &group;
    facts_ = facts;
    boost::system::error_code problem;
    input_.assign(input.get(), problem);
    if (problem) return Error{ErrorCode::internal_error, "watch the server's stdin: " + problem.message()};
    input.release();
    output_.assign(output.get(), problem);
    if (problem) return Error{ErrorCode::internal_error, "watch the server's stdout: " + problem.message()};
    output.release();
    if (resumed && facts_ != nullptr) {
        carry_ = facts_->carry(OutputStream::standard_output);
        facts_->set_carry(OutputStream::standard_output, {});
        first_line_ = carry_.empty();
        if (facts_->message_half_written()) {
            auto ended = send(std::string());
            if (!ended) return ended;
        }
    }
    group.spawn("read a server's stdout", read_loop(shared_from_this()));
    return {};
}

Result<> StdioPeer::send(std::string line, std::uint64_t tag) {
    if (!input_.is_open()) return input_error_;
    if (queue_.size() >= limits_.queued_messages || queued_bytes_ + line.size() >= limits_.queued_bytes) {
        return Error{ErrorCode::unavailable, "send to the server: it does not read its input, and " +
                                                 std::to_string(queue_.size()) +
                                                 " messages are waiting already"};
    }
    line.push_back('\n');
    queued_bytes_ += line.size();
    queue_.push_back(Pending{std::move(line), tag});
    if (writing_) return {};
    const auto wrote = write_turn();
    if (!wrote) {
        fail_input(wrote.error());
        return input_error_;
    }
    if (!queue_.empty()) {
        writing_ = true;
        group_->spawn("write to a server's stdin", write_loop(shared_from_this()));
    }
    return {};
}

bool StdioPeer::withdraw(std::uint64_t tag) {
    const auto from = queue_.begin() + (written_ > 0 ? 1 : 0);
    const auto found =
        std::find_if(from, queue_.end(), [tag](const Pending& line) { return line.tag == tag; });
    if (tag == 0 || found == queue_.end()) return false;
    queued_bytes_ -= found->bytes.size();
    queue_.erase(found);
    return true;
}

/// A write up to PIPE_BUF is whole or not at all, so only longer ones are marked.
void StdioPeer::mark_half(std::size_t length, bool half) {
    if (facts_ != nullptr && length > PIPE_BUF) facts_->set_message_half_written(half);
}

Result<> StdioPeer::write_turn() {
    std::size_t budget = limits_.write_per_turn;
    while (!queue_.empty() && budget > 0) {
        const std::string& bytes = queue_.front().bytes;
        if (written_ == 0) mark_half(bytes.size(), true);
        const std::size_t room = std::min(bytes.size() - written_, std::max(budget, std::size_t{PIPE_BUF}));
        const ssize_t count = ::write(input_.native_handle(), bytes.data() + written_, room);
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN)
                return system_error("write to the server's stdin", errno, ErrorCode::unavailable);
            if (written_ == 0) mark_half(bytes.size(), false);
            return {};
        }
        const auto done = static_cast<std::size_t>(count);
        written_ += done;
        budget -= std::min(budget, done);
        if (written_ < bytes.size()) continue;
        // A lone newline ends what a predecessor left half written.
        if (bytes.size() == 1 && facts_ != nullptr) facts_->set_message_half_written(false);
        mark_half(bytes.size(), false);
        queued_bytes_ -= bytes.size();
        written_ = 0;
        queue_.pop_front();
    }
    return {};
}

Task<> StdioPeer::write_loop(std::shared_ptr<StdioPeer> self) {
    while (!self->queue_.empty() && self->input_.is_open()) {
        const auto [problem] = co_await self->input_.async_wait(Descriptor::wait_write, use_outcome);
        if (problem || !self->input_.is_open()) break;
        const auto wrote = self->write_turn();
        if (!wrote) self->fail_input(wrote.error());
    }
    self->writing_ = false;
}

void StdioPeer::fail_input(const Error& why) {
    input_error_ = why;
    boost::system::error_code ignored;
    input_.close(ignored);
    queue_.clear();
    queued_bytes_ = 0;
    written_ = 0;
}

void StdioPeer::close_input() {
    if (input_.is_open())
        fail_input(Error{ErrorCode::unavailable, "send to the server: it is being stopped"});
}

void StdioPeer::close() {
    if (closed_) return;
    closed_ = true;
    if (facts_ != nullptr && skipped_ == 0 && carry_.size() < RunFacts::carry_limit) {
        facts_->set_carry(OutputStream::standard_output, carry_);
        facts_->add_taken(OutputStream::standard_output, uncounted_);
    }
    close_input();
    boost::system::error_code ignored;
    output_.close(ignored);
    facts_ = nullptr;
}

Task<> StdioPeer::read_loop(std::shared_ptr<StdioPeer> self) {
    while (!self->closed_ && self->output_.is_open()) {
        const auto [problem] = co_await self->output_.async_wait(Descriptor::wait_read, use_outcome);
        if (problem || self->closed_ || !self->read_turn()) break;
    }
}

/// False when nothing more will come.
bool StdioPeer::read_turn() {
    std::size_t budget = limits_.read_per_turn;
    while (budget > 0 && !closed_) {
        const std::size_t room = std::min(budget, SharedBuffer::size);
        const ssize_t count = ::read(output_.native_handle(), buffer_.bytes.get(), room);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return true;
        if (count <= 0) {
            const int error = errno;
            if (!carry_.empty()) finish_line({});
            if (!closed_)
                end(count == 0 ? "the server closed its output" : system_error("read", error).message);
            return false;
        }
        const auto length = static_cast<std::size_t>(count);
        const std::string_view bytes(buffer_.bytes.get(), length);
        take(bytes);
        count_taken(bytes);
        if (length < room) return !closed_;
        budget -= length;
    }
    return !closed_;
}

/// Whole lines only: the beginning of one is read again by an agent that takes over from the engine's log.
void StdioPeer::count_taken(std::string_view bytes) {
    const auto last = bytes.rfind('\n');
    if (last == std::string_view::npos) {
        uncounted_ += bytes.size();
        return;
    }
    if (facts_ != nullptr) facts_->add_taken(OutputStream::standard_output, uncounted_ + last + 1);
    uncounted_ = bytes.size() - last - 1;
}

void StdioPeer::take(std::string_view bytes) {
    while (!bytes.empty() && !closed_) {
        const auto newline = bytes.find('\n');
        if (newline == std::string_view::npos) {
            keep_part(bytes);
            return;
        }
        finish_line(bytes.substr(0, newline));
        bytes.remove_prefix(newline + 1);
    }
}

void StdioPeer::keep_part(std::string_view bytes) {
    if (skipped_ == 0 && carry_.size() + bytes.size() <= limits_.line) {
        carry_.append(bytes);
        return;
    }
    if (skipped_ == 0) {
        skipped_ = carry_.size();
        tail_ = carry_.substr(carry_.size() - std::min(carry_.size(), oversized_tail));
        carry_.append(bytes.substr(0, std::min(bytes.size(), oversized_head)));
        carry_.resize(std::min(carry_.size(), oversized_head));
        carry_.shrink_to_fit();
    }
    skipped_ += bytes.size();
    tail_.append(bytes.substr(bytes.size() - std::min(bytes.size(), oversized_tail)));
    if (tail_.size() > oversized_tail) tail_.erase(0, tail_.size() - oversized_tail);
}

void StdioPeer::finish_line(std::string_view rest) {
    if (skipped_ == 0 && carry_.empty()) {
        if (rest.size() <= limits_.line) return emit(rest);
    }
    keep_part(rest);
    std::string head = std::exchange(carry_, {});
    if (skipped_ == 0) {
        emit(head);
    } else {
        const std::string tail = std::exchange(tail_, {});
        events_.oversized(head, tail, std::exchange(skipped_, 0));
    }
    // The buffer serves the next line that comes in pieces, unless it is big.
    head.clear();
    if (head.capacity() <= kept_capacity) carry_.swap(head);
}

void StdioPeer::emit(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const bool first = std::exchange(first_line_, false);
    events_.line(line, first);
}

void StdioPeer::end(std::string why) {
    boost::system::error_code ignored;
    output_.close(ignored);
    events_.ended(std::move(why));
}

}  // namespace mcpm::mcp
