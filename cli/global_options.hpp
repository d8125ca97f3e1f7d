// Options that stand for every command, and options that stand before the command (`mcpm -o json list`).
// Pure.
#pragma once

#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

enum class ColourWish { automatic, always, never };

struct GlobalOptions {
    ColourWish colour = ColourWish::automatic;
    bool debug = false;
    bool no_pager = false;
};

/// Takes `--debug`, `--color WHEN` and `--no-pager` out of the words in front of `--`, and puts options that
/// stand before the command behind it. `words` does not hold the program's name.
Result<GlobalOptions> take_global_options(std::vector<std::string>& words);

}  // namespace mcpm::cli
