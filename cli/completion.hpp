// What a shell may offer for the last word of a command line: from the table of commands, the options each
// declares, and the names that the agent knows. The scripts of bash, zsh and fish only ask this. Pure but for
// `ask`.
#pragma once

#include "cli/options.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

struct Offer {
    std::string value;
    std::string what = {};  // a few words; may be empty
};

struct Offers {
    enum class Files { none, files, folders };
    std::vector<Offer> words;
    Files files = Files::none;  // the shell's own completion of paths, instead
};

/// Names of that kind; of the server for tools and prompts.
using AskNames = std::function<std::vector<std::string>(Completes kind, const std::string& server)>;

/// `words` stand behind "mcpm"; the last one is being typed and may be empty.
Offers complete_line(const std::vector<std::string>& words, const AskNames& ask);

}  // namespace mcpm::cli
