// How many columns text takes on a terminal. Without the C library's locale: a static program has none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm::cli {

/// Columns of UTF-8 text: 2 for East Asian wide and emoji, 0 for combining marks. An invalid byte counts
/// as 1.
std::size_t text_width(std::string_view text);

/// What stands for what was cut: "…", or "~" where the locale is C or POSIX (LC_ALL, LC_CTYPE, LANG).
std::string_view cut_mark();

/// Our own words: "..." for "…" where the locale is C or POSIX.
std::string in_letters_of_locale(std::string text);

/// At most `columns` columns; what was cut is marked by cut_mark() at the end.
std::string fit(std::string_view text, std::size_t columns);

/// Broken at spaces to lines of at most `columns`, the first of which begins at `indent` and the others are
/// indented to it. A word that is too long stays whole; `columns` 0 breaks nothing.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns);

}  // namespace mcpm::cli
