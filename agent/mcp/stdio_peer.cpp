#include "agent/mcp/stdio_peer.hpp"

#include "agent/handover/run_facts.hpp"

#include <boost/asio/post.hpp>
#include <climits>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t kept_capacity = 64u << 10;  // a bigger buffer is given back after its line
constexpr std::size_t oversized_head = 4096;
constexpr std::size_t oversized_tail = 256;
constexpr std::size_t lines_per_write = 64;
constexpr unsigned drained_turns = 16;  // of read_per_turn: more than the widest pipe holds
static_assert(lines_per_write <= IOV_MAX);

Result<> make_non_blocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return system_error("prepare a pipe of the server", errno);
    }
    return {};
}

}  // namespace

/// Lines that go out in one write; they stay in the queue until the kernel has them.
struct StdioPeer::Batch {
    std::array<iovec, lines_per_write> parts{};
    std::size_t count = 0;
    std::size_t bytes = 0;
};

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
    half_marked_ = facts_ != nullptr && facts_->message_half_written();
    if (resumed && facts_ != nullptr) {
        carry_ = facts_->carry(OutputStream::standard_output);
        facts_->set_carry(OutputStream::standard_output, {});
        first_line_ = carry_.empty();
        if (half_marked_) {
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
    if (writing_ || gathering_) return {};
    if (!is_busy_ && !takes_many_) {
        auto wrote = write_out();
        if (!wrote) fail_input(wrote.error());  // its sender is told here
        return wrote;
    }
    gathering_ = true;
    asio::post(input_.get_executor(), [self = shared_from_this()] { self->write_after_this_turn(); });
    return {};
}

Result<> StdioPeer::write_out() {
    auto wrote = write_turn();
    if (wrote && !queue_.empty()) {
        writing_ = true;
        group_->spawn("write to a server's stdin", write_loop(shared_from_this()));
    }
    return wrote;
}

void StdioPeer::write_after_this_turn() {
    if (!std::exchange(gathering_, false)) return;
    takes_many_ = queue_.size() > 1;
    const auto wrote = write_out();
    if (!wrote) fail_queue(wrote.error());
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

void StdioPeer::mark_half(bool half) {
    if (facts_ == nullptr || half == half_marked_) return;
    facts_->set_message_half_written(half);
    half_marked_ = half;
}

/// As many lines as are waiting and fit; of the first one, what fits.
StdioPeer::Batch StdioPeer::next_batch(std::size_t at_most) const {
    Batch batch;
    std::size_t done = written_;
    for (const auto& line : queue_) {
        const std::size_t rest = line.bytes.size() - std::exchange(done, 0);
        const std::size_t length = std::min(rest, at_most - batch.bytes);
        if (batch.count == lines_per_write || (batch.count > 0 && length < rest)) break;
        const char* const from = line.bytes.data() + (line.bytes.size() - rest);
        batch.parts[batch.count++] = iovec{const_cast<char*>(from), length};
        batch.bytes += length;
    }
    return batch;
}

void StdioPeer::drop_written(std::size_t count) {
    for (written_ += count; !queue_.empty() && written_ >= queue_.front().bytes.size(); queue_.pop_front()) {
        written_ -= queue_.front().bytes.size();
        queued_bytes_ -= queue_.front().bytes.size();
    }
}

Result<> StdioPeer::write_turn() {
    std::size_t budget = limits_.write_per_turn;
    while (!queue_.empty() && budget > 0) {
        const Batch batch = next_batch(std::max(budget, std::size_t{PIPE_BUF}));
        const bool was_half = half_marked_;
        // Up to PIPE_BUF all is written or nothing.
        if (batch.bytes > PIPE_BUF) mark_half(true);
        const ssize_t count =
            ::writev(input_.native_handle(), batch.parts.data(), static_cast<int>(batch.count));
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN)
                return system_error("write to the server's stdin", errno, ErrorCode::unavailable);
            mark_half(was_half);
            return {};
        }
        is_busy_ = true;
        const auto done = static_cast<std::size_t>(count);
        drop_written(done);
        budget -= std::min(budget, done);
        // The first line may have been a newline that ends what a predecessor left half written.
        mark_half(written_ > 0);
    }
    return {};
}

Task<> StdioPeer::write_loop(std::shared_ptr<StdioPeer> self) {
    while (!self->queue_.empty() && self->input_.is_open()) {
        const auto [problem] = co_await self->input_.async_wait(Descriptor::wait_write, use_outcome);
        if (problem || !self->input_.is_open()) break;
        const auto wrote = self->write_turn();
        if (!wrote) self->fail_queue(wrote.error());
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

/// Whoever sent a message that is still here was told that it would go out.
void StdioPeer::fail_queue(const Error& why) {
    const auto left = std::exchange(queue_, {});
    fail_input(why);
    for (const auto& line : left) {
        if (closed_) return;
        if (line.tag != 0 && events_.unsent) events_.unsent(line.tag, why);
    }
}

void StdioPeer::close_input() {
    if (std::exchange(gathering_, false)) (void)write_turn();  // what waits for the end of the turn alone
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

void StdioPeer::drain() {
    for (unsigned turn = 0; turn < drained_turns && !closed_ && output_.is_open(); ++turn) {
        if (!read_turn()) return;
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
        is_busy_ = false;
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
