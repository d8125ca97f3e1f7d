// Small files of a package's folder: whole texts, read and written at once. Off the loop thread.
#pragma once

#include "common/error.hpp"
#include "common/units.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mcpm {

/// Empty when the file cannot be read.
std::string text_of_file(const std::filesystem::path& file);

/// Replaces what is there; unavailable, naming the file, when it cannot be written.
Result<> write_file(const std::filesystem::path& file, std::string_view bytes);

/// When `file` was written, in whole seconds; now when that is not known.
Timestamp time_of_file(const std::filesystem::path& file);

}  // namespace mcpm
