// The beginning of a text that is cut to a number of bytes, without a part of a character (RFC 3629) at its
// end. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace mcpm {

/// At most `most` bytes. What is no UTF-8 is cut there all the same.
constexpr std::string_view whole_characters(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    constexpr std::size_t longest_rest = 3;  // bytes of a character after its first
    for (std::size_t back = 0; back <= longest_rest && back <= most; ++back) {
        if ((static_cast<unsigned char>(text[most - back]) & 0xC0U) != 0x80U)
            return text.substr(0, most - back);
    }
    return text.substr(0, most);
}

}  // namespace mcpm
