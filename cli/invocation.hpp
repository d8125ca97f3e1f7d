// One command being run: its words, its options, its output, the agent. A command's function first declares
// what it takes, then asks `parse()`; when that says false (help was printed, wrong usage, or somebody only
// wants the declaration for a man page) it returns `outcome()` at once.
#pragma once

#include "cli/agent_client.hpp"
#include "cli/format.hpp"
#include "cli/options.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct CommandRow;

enum class Purpose { run, describe };

class Invocation {
  public:
    Invocation(const CommandRow& command, std::vector<std::string> arguments, Output& output,
               Purpose purpose = Purpose::run);

    Options options;
    FormatChoice format;
    Output& out;

    bool parse();
    const Outcome& outcome() const { return outcome_; }

    const CommandRow& command() const { return command_; }
    const std::vector<std::string>& arguments() const { return arguments_; }

    /// Starts the agent when there is none; shows progress when that takes long.
    Result<AgentClient> agent();

  private:
    const CommandRow& command_;
    std::vector<std::string> arguments_;
    Purpose purpose_;
    Outcome outcome_ = ExitStatus::done;
};

}  // namespace mcpm::cli
