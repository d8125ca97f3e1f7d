#include "cli/roff_lines.hpp"

#include "common/words.hpp"

#include <algorithm>
#include <cstddef>

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_line = 70;  // letters beyond ASCII are escapes of eight bytes to mandoc

/// Where to break: the last blank before which the line fits and behind which no macro would begin.
std::size_t break_of(std::string_view line) {
    for (std::size_t at = std::min(longest_line, line.size() - 1); at > 0; --at) {
        const bool begins_macro = at + 1 < line.size() && (line[at + 1] == '.' || line[at + 1] == '\'');
        if (line[at] == ' ' && !begins_macro && line[at - 1] != '\\') return at;
    }
    return std::string_view::npos;
}

}  // namespace

std::string with_short_lines(std::string_view page) {
    std::string out;
    bool is_filled = true;
    while (!page.empty()) {
        auto line = take_line(page);
        if (line.starts_with(".nf")) is_filled = false;
        if (line.starts_with(".fi")) is_filled = true;
        while (is_filled && line.size() > longest_line + 1 && !line.starts_with('.')) {
            const auto at = break_of(line);
            if (at == std::string_view::npos) break;
            out.append(line.substr(0, at)) += '\n';
            line.remove_prefix(at + 1);
        }
        out.append(line) += '\n';
    }
    return out;
}

}  // namespace mcpm::cli
