// mcpm is static and runs on any Linux; mcpmd needs the C library of the machine. What is said where that is
// too old, or where there is another one. Pure.
#pragma once

#include "common/error.hpp"

#include <optional>
#include <string_view>

namespace mcpm::cli {

/// Of what a program said when it could not be started: that the loader found its C library too old, and for
/// which version. Nothing when the loader did not say so.
std::optional<Error> c_library_too_old(std::string_view said);

/// A program that is there, and yet "no such file": its loader is missing, as on a system with musl.
Error c_library_missing(std::string_view program);

}  // namespace mcpm::cli
