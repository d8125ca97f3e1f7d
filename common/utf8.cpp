#include "common/utf8.hpp"

namespace mcpm {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

struct Lead {
    std::size_t length;
    unsigned second_low, second_high;  // Unicode table 3-7
};

Lead lead_of(unsigned byte) {
    if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

}  // namespace

Utf8Step utf8_step(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    if (first < 0x80) return {static_cast<char32_t>(first), 1, true};
    const Lead lead = lead_of(first);
    if (lead.length == 0) return {};
    char32_t value = first & (0x7Fu >> lead.length);
    for (std::size_t i = 1; i < lead.length; ++i) {
        const unsigned low = i == 1 ? lead.second_low : 0x80;
        const unsigned high = i == 1 ? lead.second_high : 0xBF;
        if (i >= text.size() || byte_at(text, i) < low || byte_at(text, i) > high) return {0xFFFD, i, false};
        value = value << 6 | (byte_at(text, i) & 0x3F);
    }
    return {value, lead.length, true};
}

}  // namespace mcpm
