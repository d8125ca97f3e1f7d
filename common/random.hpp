// Bytes that nobody can guess, from the kernel.
#pragma once

#include <cstddef>
#include <string>

namespace mcpm {

/// Throws when the kernel gives none, which it always does.
std::string random_bytes(std::size_t count);

/// `count` random bytes as twice as many digits, "0" to "f".
std::string random_hex(std::size_t count);

}  // namespace mcpm
