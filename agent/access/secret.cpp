#include "agent/access/secret.hpp"

#include "common/base64.hpp"
#include "common/random.hpp"
#include "common/sha256.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mcpm::access {

std::string make_secret() {
    return "mcpm_" + base64::encode(random_bytes(32), base64::Alphabet::url, base64::Padding::none);
}

std::string digest_of(std::string_view secret) {
    return sha256_hex(secret);
}

bool same_in_constant_time(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    std::uint64_t difference = 0;
    std::size_t at = 0;
    for (; left.size() - at >= sizeof(difference); at += sizeof(difference)) {
        std::uint64_t one = 0, other = 0;
        std::memcpy(&one, left.data() + at, sizeof(one));
        std::memcpy(&other, right.data() + at, sizeof(other));
        difference |= one ^ other;
    }
    for (; at < left.size(); ++at)
        difference |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(left[at]) ^
                                                 static_cast<std::uint8_t>(right[at]));
    return difference == 0;
}

}  // namespace mcpm::access
