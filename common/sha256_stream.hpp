// SHA-256 of bytes that come in pieces, of any length. Pure.
#pragma once

#include "common/sha256.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm {

class Sha256Stream {
  public:
    void add(std::string_view bytes);
    /// Of all that was added. Once, at the end.
    Sha256 digest();
    /// The digest as 64 hexadecimal digits.
    std::string hex();

  private:
    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::string rest_;  // less than a block
    std::uint64_t bytes_ = 0;
};

}  // namespace mcpm
