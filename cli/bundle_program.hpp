// mcpmd at work on a bundle or a backup, as a child with which the command line speaks by two pipes.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace mcpm::cli {

class BundleProgram {
  public:
    /// not_found: there is no mcpmd. Its errors go where ours go.
    static Result<BundleProgram> start(std::vector<std::string> words);
    BundleProgram(BundleProgram&& other) noexcept;
    BundleProgram& operator=(BundleProgram&&) = delete;
    /// Waits for its end: without a word before, it takes back what it did.
    ~BundleProgram();

    Result<> tell(const std::string& text);
    /// The program's input ends.
    void end_input() { input_.reset(); }
    /// A line of JSON; nothing when it ended without one, having said why.
    Result<Json> read_line();
    /// The program's exit status, when it has ended.
    int wait();

  private:
    BundleProgram(pid_t child, UniqueFd input, UniqueFd output)
        : child_(child), input_(std::move(input)), output_(std::move(output)) {}

    pid_t child_;
    UniqueFd input_, output_;
};

}  // namespace mcpm::cli
