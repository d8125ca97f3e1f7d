#include "cli/text_input.hpp"

#include "cli/environment.hpp"
#include "common/utf8.hpp"

namespace mcpm::cli {

Result<std::string> read_text_input(const std::string& file, std::size_t limit) {
    auto text = read_input(file, limit);
    if (!text || is_utf8(*text)) return text;
    return Error{ErrorCode::validation_error,
                 (file == "-" ? "standard input" : file) + " is not text in UTF-8",
                 {},
                 "is it the right file? Another encoding is converted by iconv"};
}

}  // namespace mcpm::cli
