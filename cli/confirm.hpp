// A question before something that cannot be undone: asked at a terminal, refused elsewhere unless the option
// that means "yes" was given.
#pragma once

#include "cli/output.hpp"
#include "common/error.hpp"

#include <string>

namespace mcpm::cli {

/// Good when the answer is yes. `option` is what a script gives instead, e.g. "--yes".
Result<> confirm(Output& out, const std::string& question, const std::string& option);

/// Asks where somebody can be asked; elsewhere the answer is yes: a script has named what is to go.
Result<> confirm_at_terminal(Output& out, const std::string& question);

}  // namespace mcpm::cli
