// Reads a server's log for an answer: off the loop, in batches of bounded size, so that a slow client holds
// back only itself and a huge log costs no memory.
#pragma once

#include "agent/api/log_query.hpp"
#include "agent/api/rooms.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mcpm::api {

struct LogBatch {
    std::string bytes;
    std::optional<LogCursor> cursor =
        {};                    // where the next batch begins; nothing when the log could not be read
    bool is_last = true;       // the present end was reached
    std::uint64_t missed = 0;  // lines that were deleted before they could be read
};

/// Output of a batch stops at about 256 KiB. The first batch has no cursor.
Task<Result<LogBatch>> read_batch(Rooms& rooms, std::filesystem::path folder, LogRequest asked,
                                  std::optional<LogCursor> from);

/// {"lines": […], "truncated"?: true}: at most the newest 10,000 lines, 32 MiB.
Task<Result<std::string>> read_for_envelope(Rooms& rooms, std::filesystem::path folder, LogRequest asked);

}  // namespace mcpm::api
