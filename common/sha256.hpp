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

/// What stands before the hexadecimal digits where a digest names its kind: registries, engines, definitions.
inline constexpr std::string_view sha256_mark = "sha256:";
/// The mark and the 64 digits.
std::string sha256_digest(std::string_view bytes);
/// Whether `text` is the mark and 64 digits in small letters.
bool is_sha256_digest(std::string_view text);

}  // namespace mcpm
