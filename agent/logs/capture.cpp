#include "agent/logs/capture.hpp"

#include "agent/handover/run_facts.hpp"
#include "agent/logs/record_builder.hpp"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace mcpm {
namespace {

// A longer carry's memory is given back when it is empty: most servers are silent most of the time.
constexpr std::size_t carry_kept = 512;

static_assert(RunFacts::carry_limit >= RecordBuilder<int>::line_limit);

/// What a capture keeps over a suspension.
class Capture {
  public:
    Capture(std::shared_ptr<LogHouse> house, std::unique_ptr<CaptureOrder> order)
        : house_(std::move(house)), order_(std::move(order)) {}
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    ~Capture() {
        order_->log->remove_capture(order_->run);
        house_->capture_ended().notify_all();
    }

    int take_pipe() { return order_->pipe.release(); }
    void resume();
    enum class Outcome { drained, again, ended };
    Outcome read_once(int pipe);
    void finish();
    bool keeps_facts() const { return order_->facts != nullptr; }

  private:
    OutputStream facts_stream() const {
        return order_->stream == LogStream::standard_output ? OutputStream::standard_output
                                                            : OutputStream::error_output;
    }
    template <typename Work>
    void build(Work work);

    const std::shared_ptr<LogHouse> house_;
    std::unique_ptr<CaptureOrder> order_;
    std::string carry_;
    bool in_fragment_ = false;
};

template <typename Work>
void Capture::build(Work work) {
    ServerLog& log = *order_->log;
    const LogTime time = log.next_time();
    const auto write = [&log, time](std::string_view records, const RecordCounts& counts) {
        log.write(records, counts, time);
    };
    const std::uint64_t own_run = order_->kind == RunKind::own ? order_->run : 0;
    RecordBuilder builder(house_->write_buffer(), time, order_->stream, write, own_run);
    builder.set_in_fragment(in_fragment_);
    work(builder);
    builder.flush();
    in_fragment_ = builder.in_fragment();
}

void Capture::resume() {
    if (!order_->resumed || order_->facts == nullptr) return;
    carry_ = order_->facts->carry(facts_stream());
    if (!order_->facts->read_pending(facts_stream())) return;
    order_->log->note("the agent was lost here: bytes of " + std::string(wire_name(order_->stream)) +
                      " in its hands may be missing");
    order_->facts->set_read_pending(facts_stream(), false);
}

Capture::Outcome Capture::read_once(int pipe) {
    RunFacts* const facts = order_->facts;
    const std::span<char> buffer = house_->read_buffer();
    if (facts != nullptr) facts->set_read_pending(facts_stream(), true);
    const ssize_t got = ::read(pipe, buffer.data(), buffer.size());
    const int why = errno;
    if (got > 0) {
        const bool had_carry = !carry_.empty();
        build([&](auto& builder) { builder.feed({buffer.data(), static_cast<std::size_t>(got)}, carry_); });
        if (facts != nullptr && (had_carry || !carry_.empty())) facts->set_carry(facts_stream(), carry_);
        if (facts != nullptr) facts->add_taken(facts_stream(), static_cast<std::uint64_t>(got));
        if (carry_.empty() && carry_.capacity() > carry_kept) std::string().swap(carry_);
    }
    if (facts != nullptr) facts->set_read_pending(facts_stream(), false);
    if (got > 0) return Outcome::again;
    if (got < 0 && (why == EAGAIN || why == EINTR)) return Outcome::drained;
    if (got < 0)
        order_->log->note("reading " + std::string(wire_name(order_->stream)) +
                          " failed: " + ::strerror(why));
    return Outcome::ended;
}

void Capture::finish() {
    if (carry_.empty() && !in_fragment_) return;
    build([&](auto& builder) { builder.finish(carry_); });
    if (order_->facts != nullptr) order_->facts->set_carry(facts_stream(), {});
}

}  // namespace

Task<> capture_pipe(std::shared_ptr<LogHouse> house, std::unique_ptr<CaptureOrder> order) {
    Capture capture(house, std::move(order));
    Descriptor pipe(house->loop(), capture.take_pipe());
    ::fcntl(pipe.native_handle(), F_SETFL, ::fcntl(pipe.native_handle(), F_GETFL) | O_NONBLOCK);
    capture.resume();
    while (true) {
        const auto [failed] = co_await pipe.async_wait(Descriptor::wait_read);
        if (failed && capture.keeps_facts()) co_return;
        if (failed) break;
        // One buffer per turn of the loop: others have their turn too.
        if (capture.read_once(pipe.native_handle()) == Capture::Outcome::ended) break;
    }
    capture.finish();
}

}  // namespace mcpm
