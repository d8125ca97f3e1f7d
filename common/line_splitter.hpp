// Bytes -> lines, bounded: a line longer than the limit comes in fragments. Accepts LF and CRLF (the CR is
// dropped); a lone CR is data. Pure; keeps only the unfinished beginning of a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm {

class LineSplitter {
  public:
    explicit LineSplitter(std::size_t limit) : limit_(limit) {}

    struct Piece {
        std::string_view bytes;  // without its newline; valid until the next feed() or finish()
        bool partial = false;    // more of the same line follows in the next piece
    };

    /// Calls `sink(Piece)` for each whole line and each full fragment in `bytes`.
    template <typename Sink>
    void feed(std::string_view bytes, Sink&& sink);

    /// The end of input: the unfinished rest, if any, comes out as a whole line.
    template <typename Sink>
    void finish(Sink&& sink);

    std::string_view carry() const { return carry_; }
    void set_carry(std::string_view bytes) { carry_.assign(bytes); }

  private:
    std::size_t limit_;
    std::string carry_;
};

}  // namespace mcpm
