// Lines that belong together (common/log_group.hpp) in a search: when one of them is looked for, all of them
// are given, in their order. What stands before the one that matches is held back until then; bounded. Pure.
#pragma once

#include "common/log_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mcpm {

class LogKin {
  public:
    static constexpr std::size_t most_lines = 200;  // of one group; its first ones are given up beyond that
    static constexpr std::size_t most_bytes = 256 << 10;

    using Give = std::function<void(const LogLine&)>;

    enum class Begins { no, yes };
    enum class Matches { no, yes };
    void take(const LogLine& line, Begins begins, Matches matches, const Give& give);

    /// Something was given whose group may go on with the next lines, whatever is in them.
    bool is_following() const;
    /// Lines were passed over: nothing belongs to what comes.
    void forget();

  private:
    struct Held {
        LogLine line;
        std::string text;
    };
    struct Group {
        LogStream stream = LogStream::error_output;
        std::uint64_t run = 0;
        bool is_given = false;
        std::vector<Held> held;  // its first `count`; the others keep their memory
        std::size_t count = 0;
        std::size_t bytes = 0;
    };
    Group& group_of(const LogLine& line);
    static void hold(Group& group, const LogLine& line);

    std::vector<Group> groups_;
    std::size_t lines_since_ = 0;  // the last one that was given
};

}  // namespace mcpm
