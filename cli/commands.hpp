// THE TABLE of commands, in the order of the help page. Help, completions, man pages and docs/cli.md are
// printed from it; tests/contract.sh compares them. A new command is a file in cli/commands/ and a row here.
#pragma once

#include "cli/options.hpp"
#include "cli/outcome.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

class Invocation;

enum class Group { define, look, run, use, share, keep, agent, hidden };

struct CommandRow {
    std::string_view name;  // one word, or two: "tools list"
    std::string_view
        aliases;  // separated by spaces; of the last word for "tools list", of the whole otherwise
    Group group;
    std::string_view summary;  // one line, as on the help page
    std::string_view usage;    // what follows the name
    Outcome (*function)(Invocation&);
};

std::span<const CommandRow> all_commands();
std::string_view group_title(Group group);

/// What the words at the front of a command line mean. Takes the words it used.
struct Chosen {
    const CommandRow* row = nullptr;
    std::size_t words = 0;
};
Chosen choose_command(std::span<const std::string> words);

/// Every name and alias a user may type first, or second after `first`.
std::vector<std::string> first_words();
std::vector<std::string> second_words(std::string_view first);

/// A row's declared options, without running it.
Options describe(const CommandRow& row);

}  // namespace mcpm::cli
