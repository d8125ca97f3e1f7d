// What the files of a folder were when it was put there: size, time and SHA-256 of each. Kept beside them as
// text; its digest is kept elsewhere, so that who changes a file cannot change the record with it. Blocks on
// the disk.
#pragma once

#include "common/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// The record's own file in the folder; no part of it.
inline constexpr std::string_view file_record_name = ".mcpm-files";

/// One line a file or link: "KIND SIZE MTIME SHA256 PATH", in the order of paths. Folders are not recorded.
Result<std::string> make_file_record(const std::filesystem::path& folder);

struct FileChange {
    std::string path;  // below the folder
    std::string what;  // "was changed", "is gone", "is new"
    bool operator==(const FileChange&) const = default;
};

/// quick: by size and time; full: every byte.
enum class Look { quick, full };

/// What differs, at most `most` of it. A new file counts only where node would take it for code: servers keep
/// data beside their code.
Result<std::vector<FileChange>> compare_with_record(const std::filesystem::path& folder,
                                                    std::string_view record, Look look, std::size_t most = 8);

/// Gives files that were written anew the times of the record, so that a quick look finds them as they were.
Result<> restore_times(const std::filesystem::path& folder, std::string_view record);

/// Reads the folder's record and looks at its digest before anything is compared. wrong_state with the first
/// of what was changed.
Result<> check_files(const std::filesystem::path& folder, const std::string& digest, Look look);

}  // namespace mcpm
