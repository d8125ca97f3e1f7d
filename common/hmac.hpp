// HMAC (RFC 2104) with SHA-256. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm {

/// In hexadecimal.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);

}  // namespace mcpm
