// Lines that belong together: a traceback, a stack, an indented rest. They have the level of the line that
// began them. Pure; one for each reading of a log.
#pragma once

#include "common/log_format.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mcpm {

class LogGroups {
  public:
    struct Place {
        LogLevel level = LogLevel::unknown;
        bool is_first = true;  // of its group
    };
    /// Where the next line of that stream and run belongs.
    Place place_of(std::string_view text, LogStream stream, std::uint64_t run);
    LogLevel level_of(std::string_view text, LogStream stream, std::uint64_t run) {
        return place_of(text, stream, run).level;
    }
    /// Whether a line, by itself, may belong to the one before it.
    static bool may_go_on(std::string_view before, std::string_view text);

    /// Whether the line goes on with what stood before it, as far as it alone can tell.
    static bool goes_on(std::string_view text);

  private:
    enum class Trace { none, frames, behind };  // of a Python traceback: its frames, and behind its last line
    struct Group {
        LogStream stream = LogStream::error_output;
        std::uint64_t run = 0;
        LogLevel level = LogLevel::unknown;
        Trace trace = Trace::none;
    };
    Group& group_of(LogStream stream, std::uint64_t run);

    std::vector<Group> groups_;
};

}  // namespace mcpm
