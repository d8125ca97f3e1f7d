// The man(7) macros that groff and mandoc read alike, as the man pages use them. Pure.
#pragma once

#include "cli/manual_facts.hpp"

#include <array>
#include <string>
#include <string_view>

namespace mcpm::cli {

/// Text, with what roff would read as its own made plain.
std::string roff(std::string_view text);

/// One word of a macro: within quotes, where blanks do not end it.
std::string macro_word(std::string_view text);

/// The first line of a page.
std::string header(std::string_view title, const char* section, const char* what);

/// A name, and indented below it what it is.
std::string roff_item(std::string_view title, std::string_view text);

template <std::size_t Size>
std::string roff_facts(std::string_view section, const std::array<Fact, Size>& facts) {
    std::string out = ".SH " + std::string(section) + "\n";
    for (const Fact& fact : facts) out += roff_item(fact.name, fact.text);
    return out;
}

}  // namespace mcpm::cli
