#include "common/utf8.hpp"

#include <array>

namespace mcpm {

namespace {

unsigned sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

}  // namespace

CodePoint decode_utf8(std::string_view text) {
    if (text.empty()) return {};
    const auto lead = static_cast<unsigned char>(text[0]);
    const unsigned length = sequence_length(lead);
    if (length == 0 || text.size() < length) return {};
    if (length == 1) return {lead, 1};
    char32_t value = lead & (0x7FU >> length);
    for (unsigned i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return {};
        value = (value << 6U) | (byte & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < smallest[length] || surrogate || value > 0x10FFFF) return {};
    return {value, length};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        if (point.bytes == 0) return false;
        text.remove_prefix(point.bytes);
    }
    return true;
}

bool is_control(char32_t code_point) {
    if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F)) return true;
    if (code_point == 0x2028 || code_point == 0x2029) return true;
    return (code_point >= 0x202A && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
}

std::string describe(char32_t code_point) {
    if (code_point > 0x20 && code_point < 0x7F) return {'\'', static_cast<char>(code_point), '\''};
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (char32_t rest = code_point; rest != 0 || text.size() < 4; rest >>= 4U)
        text.insert(text.begin(), digits[rest & 0xFU]);
    return "U+" + text;
}

}  // namespace mcpm
