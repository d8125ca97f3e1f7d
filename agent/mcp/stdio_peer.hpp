// Lines to and from one server's pipes. Never blocks the loop: reads are bounded per turn, writes go out at
// once or into a bounded queue. Owns both descriptors. Knows nothing of JSON but which line is too long to be
// kept.
//
// Lines that wait together go out together. A server that answered since the last write gets its line at
// once; to one that is still busy, what comes in one turn of the loop goes at the end of that turn.
//
// SIGPIPE must be ignored by the program.
//
// Takeover: a strict end piece of a JSON object is never itself well-formed (its brackets or quotes do not
// close), so the first line of a resumed stream needs no mark: if it is torn it is no message, and
// `Line::first` says so. An orderly end leaves the beginning of an unfinished line in RunFacts, so nothing is
// lost then. Outgoing, only a message longer than PIPE_BUF can be cut by the kernel; RunFacts knows while one
// is.
#pragma once

#include "agent/mcp/peer.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

class RunFacts;

namespace mcp {

/// One read buffer for all peers of a loop: what is read is consumed before anything else runs.
struct SharedBuffer {
    static constexpr std::size_t size = 64u << 10;
    std::unique_ptr<char[]> bytes = std::make_unique<char[]>(size);
};

class StdioPeer final : public Peer, public std::enable_shared_from_this<StdioPeer> {
  public:
    /// What a peer takes of its run: the descriptors, and the record (may be null) that outlives the agent.
    struct Ends {
        UniqueFd input, output;
        RunFacts* facts = nullptr;
        bool resumed = false;
    };

    StdioPeer(Loop& loop, SharedBuffer& buffer, Ends ends, Events events, PeerLimits limits = {});

    /// Takes the descriptors and begins to read in `group`.
    Result<> start(TaskGroup& group) override;

    using Peer::send;
    Result<> send(std::string line, std::uint64_t tag) override;
    bool withdraw(std::uint64_t tag) override;

    void close_input() override;
    /// At most a pipe's worth, which is bounded by what a pipe can hold.
    void drain() override;
    /// Closes both ends and keeps an unfinished line for a successor.
    void close() override;

    bool input_open() const override { return input_.is_open(); }
    std::size_t queued_bytes() const override { return queued_bytes_; }

  private:
    struct Pending {
        std::string bytes;
        std::uint64_t tag = 0;
    };

    static Task<> read_loop(std::shared_ptr<StdioPeer> self);
    static Task<> write_loop(std::shared_ptr<StdioPeer> self);
    bool read_turn();
    void take(std::string_view bytes);
    void count_taken(std::string_view bytes);
    void keep_part(std::string_view bytes);
    void finish_line(std::string_view rest);
    void emit(std::string_view line);
    void end(std::string why);
    struct Batch;
    Batch next_batch(std::size_t at_most) const;
    void drop_written(std::size_t count);
    Result<> write_turn();
    Result<> write_out();
    void write_after_this_turn();
    void fail_input(const Error& why);
    void fail_queue(const Error& why);
    void mark_half(bool half);

    SharedBuffer& buffer_;
    Ends ends_;  // until start()
    Events events_;
    PeerLimits limits_;
    TaskGroup* group_ = nullptr;
    RunFacts* facts_ = nullptr;
    Descriptor input_;
    Descriptor output_;
    Error input_error_;
    bool writing_ = false;      // waits for room in the pipe
    bool gathering_ = false;    // writes at the end of this turn of the loop
    bool is_busy_ = false;      // has said nothing since the last write
    bool takes_many_ = false;   // the last turn had several lines for it
    bool half_marked_ = false;  // as RunFacts knows
    bool closed_ = false;
    bool first_line_ = false;
    std::deque<Pending> queue_;
    std::size_t queued_bytes_ = 0;
    std::size_t written_ = 0;      // of queue_.front()
    std::string carry_;            // the beginning of a line, or the head of one over the limit
    std::string tail_;             // the last bytes of a line over the limit
    std::uint64_t uncounted_ = 0;  // bytes behind the last newline
    std::uint64_t skipped_ = 0;    // length so far of a line over the limit; 0 when there is none
};

}  // namespace mcp
}  // namespace mcpm
