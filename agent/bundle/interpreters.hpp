// What a package of another machine names by its path there: the Python of an environment, the interpreter of
// an MCP bundle. Blocks on the disk.
#pragma once

#include "common/error.hpp"

#include <filesystem>
#include <string>

namespace mcpm::bundle {

/// Where that path leads nowhere, the one of `path` takes its place: of Python the same version, 3.X.
/// cannot_launch, with what is missing.
Result<> settle_interpreter(const std::filesystem::path& package, const std::string& place,
                            const std::string& path);

/// A file of a package that settle_interpreter may have written.
bool is_of_interpreter(const std::string& file);

}  // namespace mcpm::bundle
