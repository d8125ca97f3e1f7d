// Where in an engine's own log of a container the next byte stands, when the log may have been rotated since:
// compares what was heard last (StreamMarks, agent/handover/run_facts.hpp) with the log as it is now, read
// from its beginning. Pure; holds 32 bytes.
#pragma once

#include "agent/handover/run_facts.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm {

/// Of one stream.
class LogPlace {
  public:
    /// `taken`: bytes since the run began that are not wanted again.
    LogPlace(const StreamMarks& heard, std::uint64_t taken);

    void feed(std::string_view bytes);
    /// The log does not begin where the stream began.
    bool is_rotated() const;
    /// Bytes at the log's present beginning that are not wanted again.
    std::uint64_t skipped() const;
    /// Lines may be missing there, or come twice.
    bool is_doubtful() const;

  private:
    bool is_beginning_other() const { return beginning_ != head_.substr(0, beginning_.size()); }

    std::string head_, tail_;
    std::uint64_t tail_end_, taken_;
    std::string beginning_, window_;
    std::uint64_t length_ = 0;
    std::uint64_t found_end_ = 0;  // in the log, of the last place that looks like the tail
    unsigned times_found_ = 0;
    bool is_where_it_was_ = false;
};

}  // namespace mcpm
