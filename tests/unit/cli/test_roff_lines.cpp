#include "cli/roff_lines.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm::cli;

TEST_CASE("Lines of a man page are broken at blanks, and nothing else is changed") {
    CHECK(with_short_lines(".SH NAME\nshort\n") == ".SH NAME\nshort\n");
    const std::string word(25, 'w');
    CHECK(with_short_lines(word + " " + word + " " + word + " x\n") ==
          word + " " + word + "\n" + word + " x\n");
    const std::string macro = ".B \"" + word + " " + word + " " + word + "\"\n";
    CHECK(with_short_lines(macro) == macro);
    const std::string plain = ".nf\n" + word + " " + word + " " + word + "\n.fi\n";
    CHECK(with_short_lines(plain) == plain);
    CHECK(with_short_lines(std::string(100, 'x') + "\n") == std::string(100, 'x') + "\n");
    CHECK(with_short_lines(word + " " + word + " .w" + word + "\n") ==
          word + "\n" + word + " .w" + word + "\n");
}
