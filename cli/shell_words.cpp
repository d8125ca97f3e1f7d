#include "cli/shell_words.hpp"

#include <algorithm>

namespace mcpm::cli {

std::string in_shell_words(std::string_view word) {
    const auto is_plain = [](char letter) {
        constexpr std::string_view others = "-_./:=@%+,";
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || others.find(letter) != std::string_view::npos ||
               (static_cast<unsigned char>(letter) & 0x80u) != 0;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
    std::string out = "'";
    for (const char letter : word) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return out + "'";
}

}  // namespace mcpm::cli
