// One segment that is being written. Appends whole records or nothing: what a full disk cuts in the middle is
// taken back. Knows nothing of rotation and budgets.
#pragma once

#include "common/error.hpp"
#include "common/log_format.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace mcpm {

class SegmentFile {
  public:
    /// What was found at the end of a segment that another agent wrote.
    struct Found {
        std::uint64_t records = 0;
        LogTime last_time{};
        bool open_fragment[2] = {false, false};  // of stdout, stderr
        std::uint64_t torn_bytes = 0;            // of a record that was cut; 0 when all was whole
        bool torn_kept = false;                  // the cut record was ended as it is; else it was taken away
    };

    SegmentFile() = default;
    static Result<SegmentFile> create(const std::filesystem::path& folder, std::uint64_t number);
    /// Opens a segment of a former agent to write on; mends its end.
    static Result<SegmentFile> resume(const std::filesystem::path& folder, std::uint64_t number,
                                      Found& found);

    explicit operator bool() const { return static_cast<bool>(file_); }
    std::uint64_t number() const { return number_; }
    std::uint64_t bytes() const { return bytes_; }

    struct Written {
        std::size_t bytes = 0;  // whole records of what was given
        int error_number = 0;   // why it was not all
    };
    Written append(std::string_view records);

    /// Someone deleted the file: what is written goes nowhere.
    bool is_deleted() const;
    /// Whether the segment's name in `folder` leads to this file.
    bool is_at(const std::filesystem::path& folder) const;

  private:
    SegmentFile(UniqueFd file, std::uint64_t number, std::uint64_t bytes)
        : file_(std::move(file)), number_(number), bytes_(bytes) {}
    Result<> mend(Found& found);

    UniqueFd file_;
    std::uint64_t number_ = 0;
    std::uint64_t bytes_ = 0;
    bool torn_ = false;
};

}  // namespace mcpm
