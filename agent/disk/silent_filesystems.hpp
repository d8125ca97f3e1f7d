// Filesystems of which the kernel does not tell what happens to files: others change them on another machine,
// or the kernel makes them up.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace mcpm {

/// The name of the filesystem on which the folder lies, where it tells nothing of changes.
std::optional<std::string_view> silent_filesystem(const std::filesystem::path& folder);

}  // namespace mcpm
