// Examples of every command, at least two each: on its help page, its man page and in docs/cli.md. Server
// names in them are `files`, `web` and `db`.
#pragma once

#include <span>
#include <string_view>

namespace mcpm::cli {

struct Example {
    std::string_view command;
    std::string_view what = {};  // empty where the command says it
};

/// In the order of the help page; empty for a command that has none.
std::span<const Example> examples_of(std::string_view command);

}  // namespace mcpm::cli
