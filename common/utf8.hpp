// One step through bytes that should be UTF-8. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace mcpm {

struct Utf8Step {
    char32_t code_point = 0xFFFD;
    std::size_t bytes = 1;  // how far to go on; at least 1
    bool valid = false;
};

/// The code point at the beginning of `text` (not empty). Overlong forms, surrogates and torn sequences are invalid;
/// an invalid step covers the maximal valid beginning, as Unicode (section 3.9) advises.
Utf8Step utf8_step(std::string_view text);

}  // namespace mcpm
