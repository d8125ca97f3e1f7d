// Bytes -> lines, bounded: a line longer than the limit comes in fragments. Accepts LF and CRLF (the CR is
// dropped); a lone CR is data. Pure; keeps only the unfinished beginning of a line: at most `limit` + 1
// bytes. Where the input is cut into calls of feed() makes no difference to what comes out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace mcpm {

class LineSplitter {
  public:
    /// `limit`: bytes of the longest piece, at least 1.
    explicit LineSplitter(std::size_t limit) : limit_(std::max<std::size_t>(limit, 1)) {}

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
    /// Gives out fragments while carry and `bytes` together are more than one piece. A CR at the end does not
    /// count: it may belong to a newline.
    template <typename Sink>
    void give_fragments(std::string_view& bytes, Sink& sink);

    static std::string_view without_cr(std::string_view line) {
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        return line;
    }

    std::size_t limit_;
    std::string carry_;
};

template <typename Sink>
void LineSplitter::feed(std::string_view bytes, Sink&& sink) {
    while (!bytes.empty()) {
        const void* newline = std::memchr(bytes.data(), '\n', bytes.size());
        if (newline == nullptr) {
            give_fragments(bytes, sink);
            carry_.append(bytes);
            return;
        }
        const auto length = static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
        std::string_view line = bytes.substr(0, length);
        bytes.remove_prefix(length + 1);
        if (carry_.empty() && length <= limit_) {
            sink(Piece{without_cr(line), false});
            continue;
        }
        give_fragments(line, sink);
        if (carry_.empty()) {
            sink(Piece{without_cr(line), false});
            continue;
        }
        carry_.append(line);
        sink(Piece{without_cr(carry_), false});
        carry_.clear();
    }
}

template <typename Sink>
void LineSplitter::finish(Sink&& sink) {
    while (carry_.size() > limit_) {
        sink(Piece{std::string_view(carry_).substr(0, limit_), true});
        carry_.erase(0, limit_);
    }
    if (!carry_.empty()) sink(Piece{carry_, false});
    carry_.clear();
}

template <typename Sink>
void LineSplitter::give_fragments(std::string_view& bytes, Sink& sink) {
    while (true) {
        const std::size_t total = carry_.size() + bytes.size();
        if (total <= limit_) return;
        const char last = bytes.empty() ? carry_.back() : bytes.back();
        if (total == limit_ + 1 && last == '\r') return;
        if (carry_.empty()) {
            sink(Piece{bytes.substr(0, limit_), true});
            bytes.remove_prefix(limit_);
        } else if (carry_.size() <= limit_) {
            const std::size_t missing = limit_ - carry_.size();
            carry_.append(bytes.substr(0, missing));
            bytes.remove_prefix(missing);
            sink(Piece{carry_, true});
            carry_.clear();
        } else {
            sink(Piece{std::string_view(carry_).substr(0, limit_), true});
            carry_.erase(0, limit_);
        }
    }
}

}  // namespace mcpm
