#include "common/base64.hpp"

#include "common/ascii.hpp"

#include <cstddef>
#include <cstdint>

namespace mcpm::base64 {

namespace {

constexpr std::string_view url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int value_of(char digit) {
    if (ascii::is_upper(digit)) return digit - 'A';
    if (ascii::is_lower(digit)) return digit - 'a' + 26;
    if (ascii::is_digit(digit)) return digit - '0' + 52;
    if (digit == '+' || digit == '-') return 62;
    return digit == '/' || digit == '_' ? 63 : -1;
}

}  // namespace

std::string encode(std::string_view bytes, Alphabet alphabet, Padding padding) {
    const std::string_view digits = alphabet == Alphabet::url ? url_digits : plain_digits;
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        unsigned value = 0;
        for (std::size_t i = 0; i < 3; ++i)
            value = value << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i <= group.size(); ++i) out += digits[value >> (18 - 6 * i) & 63U];
        if (padding == Padding::full) out.append(3 - group.size(), '=');
    }
    return out;
}

std::optional<std::string> decode(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char digit : text) {
        if (digit == '\n' || digit == '\r') continue;
        const int value = value_of(digit);
        if (value < 0) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFFU);
    }
    return out;
}

}  // namespace mcpm::base64
