// Whether somebody holds a socket that is bound at a path and does not listen yet: between his bind(2) and
// his listen(2) nobody answers there, and yet the path is his. Proven by the kernel's own table
// (/proc/net/unix, of our network namespace); a socket whose process is gone is not in it.
#pragma once

#include <filesystem>
#include <istream>

namespace mcpm::http {

/// Blocks for a moment: some milliseconds for thousands of sockets.
bool is_being_bound(const std::filesystem::path& path);

/// What is_being_bound says, by a given table.
bool is_being_bound(const std::filesystem::path& path, std::istream& table);

}  // namespace mcpm::http
