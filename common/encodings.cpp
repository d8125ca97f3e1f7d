#include "common/encodings.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace mcpm {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_unreserved(char c) {
    return ascii::is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos;
}

void append_hex(std::string& out, char c, Hex hex) {
    const std::string_view digits = hex == Hex::upper ? "0123456789ABCDEF" : "0123456789abcdef";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
}

/// The digit of six bits that begins at `bit`.
char digit_at(std::string_view bytes, std::size_t bit) {
    const std::size_t at = bit / 8;
    const unsigned both = static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) << 8 |
                          (at + 1 < bytes.size() ? static_cast<unsigned char>(bytes[at + 1]) : 0u);
    return alphabet[both >> (10 - bit % 8) & 63];
}

}  // namespace

std::string in_hex(std::string_view bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    for (const char c : bytes) append_hex(out, c, Hex::lower);
    return out;
}

std::string percent_encoded(std::string_view text, Hex hex) {
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            out += '%';
            append_hex(out, c, hex);
        }
    }
    return out;
}

std::string json_escaped(std::string_view text, Slashes slashes) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    std::string out;
    for (const char c : text) {
        const auto at = named.find(c);
        if (at != std::string_view::npos) {
            out += '\\';
            out += letters[at];
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            append_hex(out, c, Hex::lower);
        } else {
            if (c == '/' && slashes == Slashes::escaped) out += '\\';
            out += c;
        }
    }
    return out;
}

std::vector<std::string> base64_within(std::string_view text) {
    std::vector<std::string> found;
    for (std::size_t before = 0; before < 3; ++before) {
        const std::string bytes = std::string(before, '\0').append(text);
        // Digits that hold bits of the text alone.
        const std::size_t first = (before * 8 + 5) / 6;
        const std::size_t behind = bytes.size() * 8 / 6;
        std::string digits;
        for (std::size_t at = first; at < behind; ++at) digits += digit_at(bytes, at * 6);
        if (digits.empty()) continue;
        found.push_back(digits);
        std::replace(digits.begin(), digits.end(), '+', '-');
        std::replace(digits.begin(), digits.end(), '/', '_');
        if (digits != found.back()) found.push_back(digits);
    }
    return found;
}

}  // namespace mcpm
