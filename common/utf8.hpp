// UTF-8, strictly as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm {

struct CodePoint {
    char32_t value = 0;
    unsigned bytes = 0;  // 0 = the text does not begin with a valid code point
};

/// The first code point of `text`; `bytes` is 0 when there is none or it is malformed.
CodePoint decode_utf8(std::string_view text);

bool is_utf8(std::string_view text);

/// C0, DEL, C1, line and paragraph separators, and the bidirectional overrides and isolates (U+202A-202E,
/// U+2066-2069), which let text show as something it is not.
bool is_control(char32_t code_point);

/// How a message may show it: 'x' for printable ASCII, "U+202E" for all else.
std::string describe(char32_t code_point);

}  // namespace mcpm
