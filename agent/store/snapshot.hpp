// Small text files that are either the old one or the new one, whole, whatever happens: written beside,
// fsynced, renamed, folder fsynced. Blocks on the disk: call it off the loop.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace mcpm {

/// Mode 0600. The folder must exist. One writer of a path at a time. `unavailable` with what failed; the old
/// file is then untouched.
Result<> write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// What was renamed or removed in it stays so, whatever happens.
Result<> sync_folder(const std::filesystem::path& folder);

/// not_found when there is none, payload_too_large above `limit` bytes.
Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace mcpm
