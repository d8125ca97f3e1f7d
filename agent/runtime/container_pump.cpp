#include "agent/runtime/container_pump.hpp"

#include <climits>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t input_piece = 64UL << 10;
constexpr int output_pipe_bytes = 1 << 20;

struct PipeEnds {
    UniqueFd read, write;
};

Result<PipeEnds> make_pipe() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return system_error("make a pipe for a container", errno, ErrorCode::cannot_launch);
    return PipeEnds{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace

ContainerPump::ContainerPump(Loop& loop, TaskGroup& tasks, RunFacts facts)
    : tasks_(tasks),
      facts_(std::move(facts)),
      input_(loop),
      outputs_{Descriptor(loop), Descriptor(loop)},
      marks_{facts_.marks(OutputStream::standard_output), facts_.marks(OutputStream::error_output)},
      input_place_(facts_.input_within_line() ? InputPlace::within_line : InputPlace::between_lines),
      changed_(loop) {}

Result<std::shared_ptr<ContainerPump>> ContainerPump::create(Loop& loop, TaskGroup& tasks, RunFacts facts) {
    auto input = make_pipe();
    if (!input) return input.error();
    std::shared_ptr<ContainerPump> pump(new ContainerPump(loop, tasks, std::move(facts)));
    pump->input_.assign(input->read.release());
    pump->pipes_.input = std::move(input->write);
    for (std::size_t which = 0; which < 2; ++which) {
        auto output = make_pipe();
        if (!output) return output.error();
        ::fcntl(output->write.get(), F_SETPIPE_SZ, output_pipe_bytes);  // best effort, as for a process
        pump->outputs_[which].assign(output->write.release());
        (which == 0 ? pump->pipes_.output : pump->pipes_.error_output) = std::move(output->read);
    }
    return pump;
}

void ContainerPump::attach(std::unique_ptr<engine::FrameStream> stream) {
    drop_connection();
    connection_ = std::move(stream);
    has_ended_ = false;
    tasks_.spawn("output of a container", carry_output(shared_from_this(), connection_, {}));
    if (!std::exchange(carries_input_, true))
        tasks_.spawn("input of a container", carry_input(shared_from_this()));
}

void ContainerPump::resume(std::unique_ptr<engine::FrameStream> stream,
                           std::unique_ptr<engine::FrameStream> log, StreamBytes skipped, StreamBytes taken) {
    drop_connection();
    connection_ = std::move(stream);
    log_ = std::move(log);
    delivered_ = taken;
    ends_ = {};
    has_ended_ = false;
    tasks_.spawn("output of a container", carry_output(shared_from_this(), log_, skipped));
    if (connection_) tasks_.spawn("output of a container", throw_away(shared_from_this(), connection_));
    if (!std::exchange(carries_input_, true))
        tasks_.spawn("input of a container", carry_input(shared_from_this()));
}

void ContainerPump::drop_connection() {
    if (connection_) connection_->close();
    if (log_) log_->close();
    connection_.reset();
    log_.reset();
}

void ContainerPump::forget_mark(OutputStream stream, std::uint64_t taken) {
    StreamMarks& marks = marks_[static_cast<std::size_t>(stream)];
    marks.tail_end = taken;
    marks.tail_size = 0;
    facts_.set_marks(stream, marks);
}

/// Only whole lines: an engine has the beginning of one in its log when its end has come.
void ContainerPump::mark(std::size_t which, std::string_view bytes) {
    StreamMarks& marks = marks_[which];
    const std::uint64_t end = delivered_[which];
    if (end - bytes.size() == marks.head_size && marks.head_size < StreamMarks::length) {
        const auto begun = bytes.substr(0, StreamMarks::length - marks.head_size);
        std::copy(begun.begin(), begun.end(), marks.head + marks.head_size);
        marks.head_size = static_cast<std::uint8_t>(marks.head_size + begun.size());
    }
    const auto newline = bytes.rfind('\n');
    if (newline != std::string_view::npos && end - (bytes.size() - newline - 1) > marks.tail_end) {
        keep_end(which, bytes.substr(0, newline + 1));
        const std::string& last = ends_[which];
        last.copy(marks.tail, last.size());
        marks.tail_size = static_cast<std::uint8_t>(last.size());
        marks.tail_end = end - (bytes.size() - newline - 1);
        facts_.set_marks(static_cast<OutputStream>(which), marks);
        bytes.remove_prefix(newline + 1);
    }
    keep_end(which, bytes);
}

void ContainerPump::keep_end(std::size_t which, std::string_view bytes) {
    constexpr std::size_t most = StreamMarks::length;
    std::string& last = ends_[which];
    last += bytes.substr(bytes.size() - std::min(bytes.size(), most));
    if (last.size() > most) last.erase(0, last.size() - most);
}

Task<> ContainerPump::deliver(std::size_t which, std::string_view bytes) {
    Descriptor& pipe = outputs_[which];
    while (!bytes.empty() && pipe.is_open()) {
        const ssize_t written = ::write(pipe.native_handle(), bytes.data(), bytes.size());
        if (written > 0) {
            delivered_[which] += static_cast<std::uint64_t>(written);
            mark(which, bytes.substr(0, static_cast<std::size_t>(written)));
            bytes.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        const int why = errno;
        if (why == EINTR) continue;
        // Nobody reads that stream any more; the container goes on.
        if (why != EAGAIN) co_return;
        const auto [failed] = co_await pipe.async_wait(Descriptor::wait_write);
        if (failed) co_return;
    }
}

Task<> ContainerPump::carry_output(std::shared_ptr<ContainerPump> self, StreamPointer stream,
                                   StreamBytes skipped) {
    for (;;) {
        const auto piece = co_await stream->read();
        if (!piece || !*piece || self->is_closed_) break;
        const std::size_t which = (**piece).stream == engine::Stream::error ? 1 : 0;
        std::string_view bytes = (**piece).bytes;
        const auto known = std::min<std::uint64_t>(skipped[which], bytes.size());
        skipped[which] -= known;
        if (known > 0) self->keep_end(which, bytes.substr(0, known));
        bytes.remove_prefix(known);
        co_await self->deliver(which, bytes);
        if (self->is_closed_) break;
    }
    if (stream != self->connection_ && stream != self->log_) co_return;  // another took its place
    self->has_ended_ = true;
    self->changed_.notify_all();
}

/// What is not read would stop the container.
Task<> ContainerPump::throw_away(std::shared_ptr<ContainerPump> self, StreamPointer stream) {
    for (;;) {
        const auto piece = co_await stream->read();
        if (!piece || !*piece || self->is_closed_) co_return;
    }
}

/// Whether the container's input stands within a line must be known to the agent that comes next. What the
/// kernel takes whole, or not at all, needs no note of that.
Task<> ContainerPump::pass_on(std::string_view bytes) {
    const StreamPointer connection = connection_;
    if (!connection) co_return;
    const bool ends_line = bytes.back() == '\n';
    if (!ends_line || bytes.size() > PIPE_BUF) note_input(InputPlace::within_line);
    const auto written = co_await connection->write(bytes);
    note_input(written && ends_line ? InputPlace::between_lines : InputPlace::within_line);
}

void ContainerPump::note_input(InputPlace place) {
    if (std::exchange(input_place_, place) != place)
        facts_.set_input_within_line(place == InputPlace::within_line);
}

Task<> ContainerPump::carry_input(std::shared_ptr<ContainerPump> self) {
    if (self->input_place_ == InputPlace::within_line) co_await self->pass_on("\n");
    while (!self->is_closed_) {
        const auto [failed] = co_await self->input_.async_wait(Descriptor::wait_read);
        if (failed || self->is_closed_) break;
        // Not kept: most servers are silent most of the time.
        const auto buffer = std::make_unique_for_overwrite<char[]>(input_piece);
        const ssize_t got = ::read(self->input_.native_handle(), buffer.get(), input_piece);
        const int why = errno;
        if (got == 0) break;
        if (got < 0 && why != EAGAIN && why != EINTR) break;
        const std::string_view bytes(buffer.get(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (!bytes.empty()) co_await self->pass_on(bytes);
    }
}

void ContainerPump::close_output() {
    boost::system::error_code ignored;
    for (Descriptor& pipe : outputs_) pipe.close(ignored);
}

void ContainerPump::close() {
    if (std::exchange(is_closed_, true)) return;
    boost::system::error_code ignored;
    input_.close(ignored);
    close_output();
    drop_connection();
    changed_.notify_all();
}

}  // namespace mcpm
