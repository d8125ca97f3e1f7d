// Whose the files of a package are.
#pragma once

#include "common/error.hpp"

#include <filesystem>

namespace mcpm::npm {

/// Where root installs, an archive may name another owner, and an npm of Debian 12 obeys: that user could
/// change what root runs later. All below `folder` becomes ours; links are not followed. Nothing to do for
/// anybody else. Blocks.
Result<> take_ownership(const std::filesystem::path& folder);

}  // namespace mcpm::npm
