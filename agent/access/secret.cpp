#include "agent/access/secret.hpp"

#include "common/sha256.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace mcpm::access {

Result<std::string> make_secret() {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::array<std::uint8_t, 33> bytes{};  // the last one stays 0 and gives no character
    if (::getrandom(bytes.data(), 32, 0) != 32) return system_error("making a secret", errno);
    std::string out = "mcpm_";
    for (std::size_t bit = 0; bit < 256; bit += 6) {
        const auto two = static_cast<unsigned>(bytes[bit / 8] << 8U | bytes[bit / 8 + 1]);
        out += digits[two >> (10 - bit % 8) & 63U];
    }
    return out;
}

std::string digest_of(std::string_view secret) {
    return sha256_hex(secret);
}

bool same_in_constant_time(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    unsigned difference = 0;
    for (std::size_t at = 0; at < left.size(); ++at)
        difference |=
            static_cast<unsigned>(static_cast<std::uint8_t>(left[at]) ^ static_cast<std::uint8_t>(right[at]));
    return difference == 0;
}

}  // namespace mcpm::access
