// DEFLATE (RFC 1951), decoded. Pure; the bytes are foreign.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm {

/// Exactly `size` bytes: what is shorter, longer or malformed is a validation_error. Never holds more than
/// `size` bytes of output.
Result<std::string> inflate(std::string_view compressed, std::size_t size);

}  // namespace mcpm
