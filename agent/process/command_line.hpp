// Our own command line, asked by the agent for what only that knows: which AI clients this user has, and what
// is in their files. A child of its own reads them, so that a hostile file is not read here.
#pragma once

#include "agent/async/task.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "common/error.hpp"
#include "common/server_status.hpp"

#include <set>
#include <string>
#include <vector>

namespace mcpm {

struct CommandLineAnswer {
    int status = 0;              // as `mcpm` ends
    std::string output, errors;  // of errors the end
};

/// Outlives what it was asked; both are of the root.
class CommandLine {
  public:
    CommandLine(Loop& loop, KeeperLink& keeper) : loop_(loop), keeper_(keeper) {}

    /// `mcpmd ctl WORDS…` as this user, with this process's own environment and without a terminal. timed_out
    /// after `limit`; unavailable when it said more than anybody reads.
    Task<Result<CommandLineAnswer>> ask(std::vector<std::string> words, Duration limit);

    /// Of one that is being asked: it may ask back, though it was started as servers are.
    bool is_asked(int pid) const { return asked_.contains(pid); }

  private:
    Loop& loop_;
    KeeperLink& keeper_;
    std::set<int> asked_;
};

}  // namespace mcpm
