#include "common/sha256.hpp"

#include "common/encodings.hpp"
#include "common/sha256_stream.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <string>

namespace mcpm {

namespace {

using State = std::array<std::uint32_t, 8>;
constexpr std::size_t block_bytes = 64;

// clang-format off
constexpr std::array<std::uint32_t, 64> round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
// clang-format on

std::uint32_t word_at(std::string_view block, std::size_t at) {
    std::uint32_t word = 0;
    for (std::size_t byte = 0; byte < 4; ++byte)
        word = word << 8U | static_cast<std::uint8_t>(block[at * 4 + byte]);
    return word;
}

void mix(State& state, std::string_view block) {
    std::array<std::uint32_t, 64> words{};
    for (std::size_t at = 0; at < 16; ++at) words[at] = word_at(block, at);
    for (std::size_t at = 16; at < 64; ++at) {
        const auto before = words[at - 15];
        const auto last = words[at - 2];
        const auto low = std::rotr(before, 7) ^ std::rotr(before, 18) ^ before >> 3U;
        const auto high = std::rotr(last, 17) ^ std::rotr(last, 19) ^ last >> 10U;
        words[at] = words[at - 16] + low + words[at - 7] + high;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t at = 0; at < 64; ++at) {
        const auto one = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) +
                         round_constants[at] + words[at];
        const auto two =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + one;
        d = c;
        c = b;
        b = a;
        a = one + two;
    }
    const State added{a, b, c, d, e, f, g, h};
    for (std::size_t at = 0; at < state.size(); ++at) state[at] += added[at];
}

}  // namespace

void Sha256Stream::add(std::string_view bytes) {
    bytes_ += bytes.size();
    if (!rest_.empty()) {
        const auto fits = std::min(block_bytes - rest_.size(), bytes.size());
        rest_ += bytes.substr(0, fits);
        bytes.remove_prefix(fits);
        if (rest_.size() < block_bytes) return;
        mix(state_, rest_);
        rest_.clear();
    }
    for (; bytes.size() >= block_bytes; bytes.remove_prefix(block_bytes))
        mix(state_, bytes.substr(0, block_bytes));
    rest_ = bytes;
}

Sha256 Sha256Stream::digest() {
    const std::uint64_t bits = bytes_ * 8;
    std::string end(1, '\x80');
    end.append((block_bytes * 2 - 9 - rest_.size()) % block_bytes, '\0');
    for (unsigned shift = 64; shift > 0; shift -= 8) end += static_cast<char>(bits >> (shift - 8) & 0xffU);
    add(end);
    Sha256 out{};
    for (std::size_t at = 0; at < out.size(); ++at)
        out[at] = static_cast<std::uint8_t>(state_[at / 4] >> (24 - 8 * (at % 4)));
    return out;
}

std::string Sha256Stream::hex() {
    const auto bytes = digest();
    return in_hex(std::string(bytes.begin(), bytes.end()));
}

Sha256 sha256(std::string_view bytes) {
    Sha256Stream all;
    all.add(bytes);
    return all.digest();
}

std::string sha256_hex(std::string_view bytes) {
    Sha256Stream all;
    all.add(bytes);
    return all.hex();
}

std::string sha256_digest(std::string_view bytes) {
    return std::string(sha256_mark) + sha256_hex(bytes);
}

bool is_sha256_digest(std::string_view text) {
    return text.starts_with(sha256_mark) && is_hex(text.substr(sha256_mark.size()), 2 * sizeof(Sha256));
}

}  // namespace mcpm
