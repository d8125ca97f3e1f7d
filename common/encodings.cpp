#include "common/encodings.hpp"

#include "common/ascii.hpp"
#include "common/base64.hpp"
#include "common/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace mcpm {

namespace {

constexpr std::string_view unreserved = "-._~";

bool is_one_of(char c, std::string_view characters) {
    return characters.find(c) != std::string_view::npos;
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
    return base64::plain_digits[both >> (10 - bit % 8) & 63];
}

enum class Blank { percent, plus };

std::string percent_encoded_but(std::string_view text, std::string_view kept, Blank blank, Hex hex) {
    std::string out;
    for (const char c : text) {
        if (ascii::is_letter_or_digit(c) || is_one_of(c, kept)) {
            out += c;
        } else if (c == ' ' && blank == Blank::plus) {
            out += '+';
        } else {
            out += '%';
            append_hex(out, c, hex);
        }
    }
    return out;
}

/// What a writer of JSON escapes beyond what it must.
struct JsonHabits {
    enum class Escapes { no, yes };
    Escapes slashes = Escapes::no;
    Escapes beyond_ascii = Escapes::no;
    std::string_view markup = {};  // characters that mean something in HTML or a URL
    Hex hex = Hex::lower;
};

void append_unit(std::string& out, std::uint32_t unit, Hex hex) {
    out += "\\u";
    append_hex(out, static_cast<char>(unit >> 8), hex);
    append_hex(out, static_cast<char>(unit & 0xff), hex);
}

/// As UTF-16 has it.
void append_code_point(std::string& out, char32_t value, Hex hex) {
    const auto number = static_cast<std::uint32_t>(value);
    if (number < 0x10000) return append_unit(out, number, hex);
    append_unit(out, 0xd800 + ((number - 0x10000) >> 10), hex);
    append_unit(out, 0xdc00 + ((number - 0x10000) & 0x3ff), hex);
}

void append_json(std::string& out, char c, const JsonHabits& habits) {
    using Escapes = JsonHabits::Escapes;
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    const auto at = named.find(c);
    if (is_one_of(c, habits.markup)) {
        append_unit(out, static_cast<unsigned char>(c), habits.hex);
    } else if (at != std::string_view::npos) {
        out += '\\';
        out += letters[at];
    } else if (static_cast<unsigned char>(c) < 0x20) {
        append_unit(out, static_cast<unsigned char>(c), habits.hex);
    } else {
        if (c == '/' && habits.slashes == Escapes::yes) out += '\\';
        out += c;
    }
}

std::string json_escaped(std::string_view text, const JsonHabits& habits) {
    std::string out;
    while (!text.empty()) {
        const CodePoint first = decode_utf8(text);
        const bool is_escaped = first.bytes > 1 && habits.beyond_ascii == JsonHabits::Escapes::yes;
        const std::size_t bytes = first.bytes > 1 ? first.bytes : 1;
        if (is_escaped)
            append_code_point(out, first.value, habits.hex);
        else if (bytes > 1)
            out += text.substr(0, bytes);
        else
            append_json(out, text.front(), habits);
        text.remove_prefix(bytes);
    }
    return out;
}

void add_new(std::vector<std::string>& forms, std::string form) {
    if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
}

}  // namespace

std::string in_hex(std::string_view bytes, Hex hex) {
    std::string out;
    out.reserve(2 * bytes.size());
    for (const char c : bytes) append_hex(out, c, hex);
    return out;
}

std::string percent_encoded(std::string_view text, Hex hex) {
    return percent_encoded_but(text, unreserved, Blank::percent, hex);
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    const auto digit = [&](std::size_t at) { return ascii::hex_value(at < text.size() ? text[at] : '\0'); };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && digit(at + 1) >= 0 && digit(at + 2) >= 0) {
            out += static_cast<char>(digit(at + 1) * 16 + digit(at + 2));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::vector<std::string> percent_forms(std::string_view text) {
    constexpr std::array<std::string_view, 4> habits{unreserved, "-._~/", "-._~!*'()", "-._*"};
    std::vector<std::string> forms;
    for (const auto kept : habits) {
        for (const auto blank : {Blank::percent, Blank::plus}) {
            for (const auto hex : {Hex::upper, Hex::lower})
                add_new(forms, percent_encoded_but(text, kept, blank, hex));
        }
    }
    return forms;
}

std::vector<std::string> json_forms(std::string_view text) {
    using Escapes = JsonHabits::Escapes;
    std::vector<std::string> forms;
    for (const auto slashes : {Escapes::no, Escapes::yes}) {
        for (const auto beyond_ascii : {Escapes::no, Escapes::yes}) {
            for (const std::string_view markup : {"", "<>&", "<>&'+\""}) {
                for (const auto hex : {Hex::lower, Hex::upper})
                    add_new(forms, json_escaped(text, {slashes, beyond_ascii, markup, hex}));
            }
        }
    }
    return forms;
}

std::vector<std::string> markup_forms(std::string_view text) {
    constexpr std::string_view special = "&<>\"'";
    constexpr std::array<std::array<std::string_view, 5>, 3> habits{{
        {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"},
        {"&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"},
        {"&amp;", "&lt;", "&gt;", "&#34;", "&apos;"},
    }};
    std::vector<std::string> forms;
    for (const auto& names : habits) {
        std::string out;
        for (const char c : text) {
            const auto at = special.find(c);
            if (at == std::string_view::npos)
                out += c;
            else
                out += names[at];
        }
        add_new(forms, std::move(out));
    }
    return forms;
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
