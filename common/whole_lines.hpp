// Bytes as they arrive -> their whole lines. What is behind the last newline waits for more. Where a limit is
// given, a longer line is left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm {

class WholeLines {
  public:
    explicit WholeLines(std::size_t longest = std::string_view::npos) : longest_(longest) {}

    /// `on_line` gets each line without its newline; empty ones are left out.
    template <typename OnLine>
    void take(std::string_view bytes, const OnLine& on_line) {
        while (!bytes.empty()) {
            const auto newline = bytes.find('\n');
            const auto piece = bytes.substr(0, newline);
            is_too_long_ = is_too_long_ || rest_.size() + piece.size() > longest_;
            if (!is_too_long_) rest_ += piece;
            if (newline == std::string_view::npos) return;
            bytes.remove_prefix(newline + 1);
            if (!is_too_long_ && !rest_.empty()) on_line(std::string_view(rest_));
            begin_anew();
        }
    }

    /// What waits for its newline is forgotten.
    void begin_anew() {
        rest_.clear();
        is_too_long_ = false;
    }

  private:
    std::size_t longest_;
    std::string rest_;
    bool is_too_long_ = false;
};

}  // namespace mcpm
