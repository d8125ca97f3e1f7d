#include "common/shell_words.hpp"

#include "common/ascii.hpp"

#include <algorithm>

namespace mcpm {

std::string in_shell_words(std::string_view word) {
    const auto is_plain = [](char letter) {
        constexpr std::string_view others = "-_./:=@%+,";
        return ascii::is_letter_or_digit(letter) || others.find(letter) != std::string_view::npos ||
               (static_cast<unsigned char>(letter) & 0x80u) != 0;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
    std::string out = "'";
    for (const char letter : word) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return out + "'";
}

}  // namespace mcpm
