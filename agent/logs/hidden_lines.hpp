// Takes secret values out of records on their way to the file, also one that stands on both sides of the
// place where a long line is cut into fragments: of the first fragment its beginning is hidden, of the next
// its rest.
#pragma once

#include "common/hidden_values.hpp"
#include "common/log_format.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm {

class HiddenLines {
  public:
    explicit HiddenLines(HiddenValues values) : values_(std::move(values)) {}

    const HiddenValues& values() const { return values_; }
    /// Whether clean() must look at these records.
    bool concerns(std::string_view records) const;
    /// Only texts change: what stands before one is the form of the file.
    std::string clean(std::string_view records);

  private:
    /// A value whose beginning stood at the end of a stream's last fragment.
    struct Open {
        LogStream stream = LogStream::error_output;
        std::uint64_t run = 0;
        bool is_masked = false;  // in place of the beginning
        std::vector<std::string> rests = {};
    };
    std::string clean_text(const LogRecord& record);
    std::string clean_fragment(const LogRecord& record);
    std::string_view take_rest(const LogRecord& record, std::string_view& text);

    HiddenValues values_;
    std::vector<Open> open_;
};

}  // namespace mcpm
