// Bytes as they arrive -> their whole lines. What is behind the last newline waits for more.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::cli {

class JsonLines {
  public:
    /// `on_line` gets each line without its newline; empty ones are left out.
    template <typename OnLine>
    void take(std::string_view bytes, const OnLine& on_line) {
        rest_ += bytes;
        std::size_t from = 0;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
            if (end > from) on_line(std::string_view(rest_).substr(from, end - from));
            from = end + 1;
        }
        rest_.erase(0, from);
    }

  private:
    std::string rest_;
};

}  // namespace mcpm::cli
