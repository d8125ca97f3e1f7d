#include "cli/roff.hpp"

namespace mcpm::cli {

// Roff reads backslashes, and dots and quotes at a line's start.
std::string roff(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter == '\\') {
            out += "\\e";
        } else if (letter == '-') {
            out += "\\-";
        } else {
            if ((letter == '.' || letter == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
            out += letter;
        }
    }
    return out;
}

std::string header(std::string_view title, const char* section, const char* what) {
    return ".TH " + std::string(title) + " " + section + " " + std::string(manual_date) +
           " \"mcpm " MCPM_VERSION "\" \"" + what + "\"\n";
}

std::string roff_item(std::string_view title, std::string_view text) {
    return ".TP\n.B " + roff(title) + "\n" + roff(text) + "\n";
}

// Macros end at a blank that is not within quotes.
std::string macro_word(std::string_view text) {
    std::string out;
    for (const char letter : roff(text)) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return "\"" + out + "\"";
}

}  // namespace mcpm::cli
