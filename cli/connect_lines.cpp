#include "cli/connect_lines.hpp"

#include <algorithm>
#include <cstring>

namespace mcpm::cli {

namespace {

constexpr std::size_t read_piece = 64UL * 1024;

}  // namespace

LineBuffer::LineBuffer(std::size_t hold)
    // One byte to spare for the newline that ends a broken line. Pages that are never touched cost nothing.
    : hold_(hold),
      capacity_(hold + read_piece),
      bytes_(std::make_unique_for_overwrite<char[]>(capacity_ + 1)) {}

bool LineBuffer::has_room() const {
    return size_ - head_ < capacity_;
}

std::span<char> LineBuffer::room() {
    if (head_ == size_) head_ = judged_ = searched_ = size_ = 0;
    if (head_ > 0 && capacity_ - size_ < read_piece) {
        std::memmove(bytes_.get(), bytes_.get() + head_, size_ - head_);
        judged_ -= head_;
        searched_ -= std::min(searched_, head_);
        size_ -= head_;
        head_ = 0;
    }
    return {bytes_.get() + size_, std::min(capacity_ - size_, read_piece)};
}

std::optional<LineBuffer::Piece> LineBuffer::next() {
    const std::size_t from = std::max(judged_, searched_);
    const auto* found = static_cast<const char*>(std::memchr(bytes_.get() + from, '\n', size_ - from));
    if (found == nullptr) {
        searched_ = size_;
        const bool is_long = in_long_line_ || size_ - judged_ >= hold_;
        if (!is_long || size_ == judged_) return std::nullopt;
    }
    const auto* begin = bytes_.get() + judged_;
    const auto* end = found == nullptr ? bytes_.get() + size_ : found + 1;
    piece_ = static_cast<std::size_t>(end - begin);
    piece_ends_ = found != nullptr;
    return Piece{{begin, piece_}, !in_long_line_, piece_ends_, skipping_};
}

void LineBuffer::pass() {
    judged_ += piece_;
    in_long_line_ = !piece_ends_;
    if (piece_ends_) skipping_ = false;
}

void LineBuffer::drop() {
    std::memmove(bytes_.get() + judged_, bytes_.get() + judged_ + piece_, size_ - judged_ - piece_);
    size_ -= piece_;
    searched_ = judged_;
    in_long_line_ = !piece_ends_;
    if (piece_ends_) skipping_ = false;
}

std::string_view LineBuffer::ready() const {
    const bool own_is_next = own_sent_ > 0 || (at_line_start_ && !own_.empty());
    if (own_is_next) return std::string_view(own_).substr(own_sent_);
    if (held_) return {};
    return {bytes_.get() + head_, judged_ - head_};
}

void LineBuffer::written(std::size_t count) {
    if (count == 0) return;
    const bool is_own = own_sent_ > 0 || (at_line_start_ && !own_.empty());
    if (is_own) {
        own_sent_ += count;
        if (own_sent_ < own_.size()) return;
        own_ = {};
        own_sent_ = 0;
        return;
    }
    head_ += count;
    sent_ += count;
    at_line_start_ = bytes_[head_ - 1] == '\n';
}

void LineBuffer::end_of_source() {
    size_ = searched_ = judged_;
    if (in_long_line_ && !skipping_) bytes_[size_++] = '\n';
    judged_ = size_;
    in_long_line_ = skipping_ = false;
}

void LineBuffer::end_of_sink() {
    own_ = {};
    own_sent_ = 0;
    if (at_line_start_) return;
    at_line_start_ = true;
    const auto* rest = bytes_.get() + head_;
    const auto* found = static_cast<const char*>(std::memchr(rest, '\n', judged_ - head_));
    const std::size_t gone = found == nullptr ? judged_ - head_ : static_cast<std::size_t>(found - rest) + 1;
    head_ += gone;
    sent_ += gone;
    if (found == nullptr) skipping_ = in_long_line_;
}

void LineBuffer::forget() {
    sent_ += judged_ - head_;
    head_ = judged_;
    at_line_start_ = true;
    skipping_ = in_long_line_;
}

}  // namespace mcpm::cli
