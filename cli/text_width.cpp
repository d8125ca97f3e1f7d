#include "cli/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace mcpm::cli {

namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Unicode 15: the blocks people meet, not every code point.
constexpr std::array zero_width{
    Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd},   Range{0x0610, 0x061a},
    Range{0x064b, 0x065f}, Range{0x06d6, 0x06dc}, Range{0x0900, 0x0902},   Range{0x093c, 0x093c},
    Range{0x0941, 0x0948}, Range{0x094d, 0x094d}, Range{0x0e31, 0x0e31},   Range{0x0e34, 0x0e3a},
    Range{0x0e47, 0x0e4e}, Range{0x1ab0, 0x1aff}, Range{0x1dc0, 0x1dff},   Range{0x200b, 0x200f},
    Range{0x202a, 0x202e}, Range{0x2060, 0x2064}, Range{0x20d0, 0x20ff},   Range{0xfe00, 0xfe0f},
    Range{0xfe20, 0xfe2f}, Range{0xfeff, 0xfeff}, Range{0xe0100, 0xe01ef},
};
constexpr std::array two_wide{
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x23e9, 0x23ec},   Range{0x25fd, 0x25fe},
    Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x26a1, 0x26a1},   Range{0x26bd, 0x26be},
    Range{0x2705, 0x2705},   Range{0x270a, 0x270b},   Range{0x2728, 0x2728},   Range{0x274c, 0x274c},
    Range{0x2753, 0x2755},   Range{0x2795, 0x2797},   Range{0x2b1b, 0x2b1c},   Range{0x2b50, 0x2b50},
    Range{0x2e80, 0x303e},   Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},   Range{0x4e00, 0x9fff},
    Range{0xa000, 0xa4cf},   Range{0xa960, 0xa97f},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
    Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x16fe0, 0x18aff},
    Range{0x1b000, 0x1b2ff}, Range{0x1f004, 0x1f004}, Range{0x1f18e, 0x1f18e}, Range{0x1f191, 0x1f19a},
    Range{0x1f200, 0x1f320}, Range{0x1f32d, 0x1f335}, Range{0x1f337, 0x1f64f}, Range{0x1f680, 0x1f6ff},
    Range{0x1f900, 0x1f9ff}, Range{0x1fa70, 0x1faff}, Range{0x20000, 0x3fffd},
};

template <std::size_t Size>
bool contains(const std::array<Range, Size>& ranges, std::uint32_t code_point) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), code_point,
                         [](std::uint32_t value, const Range& range) { return value < range.first; });
    return after != ranges.begin() && code_point <= std::prev(after)->last;
}

struct Glyph {
    std::size_t bytes;
    std::size_t columns;
};

Glyph first_glyph(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return {1, lead < 0x20 || lead == 0x7f ? 0u : 1u};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || text.size() < length) return {1, 1};
    std::uint32_t code_point = length == 2 ? lead & 0x1fu : length == 3 ? lead & 0x0fu : lead & 0x07u;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0u) != 0x80u) return {1, 1};
        code_point = (code_point << 6) | (byte(at) & 0x3fu);
    }
    if (contains(zero_width, code_point)) return {length, 0};
    return {length, contains(two_wide, code_point) ? 2u : 1u};
}

}  // namespace

std::size_t text_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        columns += glyph.columns;
        text.remove_prefix(glyph.bytes);
    }
    return columns;
}

namespace {

bool is_ascii_alone() {
    static const bool is_ascii = [] {
        for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
            const char* const value = std::getenv(name);
            if (value == nullptr || *value == '\0') continue;
            const std::string_view locale(value);
            return locale == "C" || locale == "POSIX";
        }
        return false;
    }();
    return is_ascii;
}

constexpr std::string_view ellipsis = "…";

}  // namespace

std::string_view cut_mark() {
    return is_ascii_alone() ? "~" : ellipsis;
}

std::string in_letters_of_locale(std::string text) {
    if (!is_ascii_alone()) return text;
    for (auto at = text.find(ellipsis); at != std::string::npos; at = text.find(ellipsis, at))
        text.replace(at, ellipsis.size(), "...");
    return text;
}

std::string fit(std::string_view text, std::size_t columns) {
    if (text_width(text) <= columns) return std::string(text);
    if (columns == 0) return {};
    std::size_t used = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        const Glyph glyph = first_glyph(rest);
        if (used + glyph.columns > columns - 1) break;
        used += glyph.columns;
        rest.remove_prefix(glyph.bytes);
    }
    return std::string(text.substr(0, text.size() - rest.size())).append(cut_mark());
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
    if (columns == 0 || indent + text_width(text) <= columns) return std::string(text);
    std::string out;
    std::size_t at = indent;
    while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, space);
        const std::size_t width = text_width(word);
        const bool first = at == indent;
        if (!first && at + 1 + width > columns) {
            out += "\n" + std::string(indent, ' ');
            at = indent;
        } else if (!first) {
            out += ' ';
            ++at;
        }
        out += word;
        at += width;
        text.remove_prefix(std::min(space + 1, text.size()));
    }
    return out;
}

}  // namespace mcpm::cli
