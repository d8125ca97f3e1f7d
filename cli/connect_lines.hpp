// One direction of `mcpm connect`: bytes come in, are judged line by line (pass or drop), and go out as they
// came. A line longer than `hold` is not kept: it passes in pieces. Lines of the shim's own go out between
// others. Bounded: who does not take slows down who gives. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mcpm::cli {

class LineBuffer {
  public:
    static constexpr std::size_t default_hold = 256UL * 1024;

    explicit LineBuffer(std::size_t hold = default_hold);

    // Coming in.
    bool has_room() const;
    /// Where the next bytes go; empty without room.
    std::span<char> room();
    void filled(std::size_t count) { size_ += count; }

    /// A whole line with its newline, or a piece of a long one.
    struct Piece {
        std::string_view bytes;
        bool begins = true;
        bool ends = true;
        bool is_skipped = false;  // its beginning went out to one who is gone: drop it
        bool is_whole() const { return begins && ends; }
    };
    /// The next piece to judge, valid until pass() or drop(), one of which must follow.
    std::optional<Piece> next();
    void pass();
    void drop();
    /// Where the piece to judge begins, counted in all bytes that ever passed. Compare with sent().
    std::uint64_t position() const { return sent_ + (judged_ - head_); }

    // Going out.
    /// The bytes that may go out now; `held` (see hold_back()) lets only own lines go.
    std::string_view ready() const;
    void written(std::size_t count);
    std::uint64_t sent() const { return sent_; }
    /// Whole lines of ours; they go out as soon as no other line is in the middle.
    void insert(std::string_view lines) { own_ += lines; }
    void hold_back(bool held) { held_ = held; }

    /// Who gives is gone: an unfinished line is forgotten; one that went out in part is ended.
    void end_of_source();
    /// Who takes is gone: a line that went out in part is forgotten, its rest too. Own lines as well.
    void end_of_sink();
    /// Forgets all that has passed and not gone out.
    void forget();

  private:
    std::size_t hold_;
    std::size_t capacity_;
    std::unique_ptr<char[]> bytes_;
    std::size_t head_ = 0;      // the first that has not gone out
    std::size_t judged_ = 0;    // may go out up to here
    std::size_t searched_ = 0;  // no newline between judged_ and here
    std::size_t size_ = 0;
    std::size_t piece_ = 0;  // length of the piece to judge
    bool piece_ends_ = false;
    bool in_long_line_ = false;
    bool skipping_ = false;
    bool held_ = false;
    bool at_line_start_ = true;  // of what went out
    std::string own_;
    std::size_t own_sent_ = 0;
    std::uint64_t sent_ = 0;
};

}  // namespace mcpm::cli
