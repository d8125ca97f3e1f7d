// SHA-256 (FIPS 180-4). Pure. For digests of random secrets; not for passwords, which need something slow.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
/// As 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace mcpm
