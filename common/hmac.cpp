#include "common/hmac.hpp"

#include "common/sha256.hpp"

#include <cstddef>
#include <string>

namespace mcpm {

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
    constexpr std::size_t block = 64;
    std::string pad(key);
    const auto bytes_of = [](const Sha256& digest) { return std::string(digest.begin(), digest.end()); };
    if (pad.size() > block) pad = bytes_of(sha256(pad));
    pad.resize(block, '\0');
    std::string inner;
    std::string outer;
    for (const char c : pad) {
        inner += static_cast<char>(c ^ 0x36);
        outer += static_cast<char>(c ^ 0x5c);
    }
    return sha256_hex(outer + bytes_of(sha256(inner + std::string(text))));
}

}  // namespace mcpm
