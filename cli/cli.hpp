// The room cli: what a person types, and what is printed. It may include common alone. It never does what the
// agent can do: it asks the agent.
//
// The command line as a function: `mcpm` is nothing else, and `mcpmd ctl …` is the same.
#pragma once

#include <span>
#include <string>

namespace mcpm::cli {

class Output;

/// Runs one command; the arguments without the program's name. Gives the exit status.
int run_command_line(std::span<const std::string> arguments, Output& out);

}  // namespace mcpm::cli

namespace mcpm {

/// argv[0] is the program's name and is not looked at.
int run_cli(int argc, char** argv);

}  // namespace mcpm
