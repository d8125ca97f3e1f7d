// The PATH a user's login shell has: a service manager starts the agent with a short one, and then npm, node
// or a user's own programs would not be found. Resolved once; what was used is told, for `doctor` and `show`.
#pragma once

#include "agent/packages/job.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct LoginPath {
    std::string path;
    std::string origin;              // "login shell /bin/bash", "the agent's own PATH"
    std::vector<std::string> added;  // usual folders that exist and were not in it; they are at its end
    std::string problem = {};        // why the login shell could not be asked; empty when it could
};

/// Never fails: without an answer of the shell within five seconds it is `environment`'s PATH. `environment`
/// is the agent's own (HOME, SHELL, PATH are read). The shell runs with it, and without a terminal.
Task<LoginPath> resolve_login_path(JobRunner run_job, std::map<std::string, std::string> environment);

/// The text between the markers, without regard to what a profile prints around it. Empty when there is none.
std::string_view text_between_markers(std::string_view output);

/// Folders where version managers and installers put programs, as far as they exist below `home`.
std::vector<std::string> usual_folders(const std::string& home);

}  // namespace mcpm
