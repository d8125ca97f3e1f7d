// mcpm itself as a server among the others: its definition, made when the configuration asks for it and
// removed when it no longer does. The program is the command line, which asks the agent as a person would.
#pragma once

#include "agent/definitions/definitions.hpp"
#include "common/paths.hpp"

#include <string>

namespace mcpm {

enum class OwnServer { offered, withheld };

/// `mcpmd` is the program that is running.
ServerSpec own_definition(const std::string& mcpmd, const Paths& paths);

/// Good when it stands as asked. conflict: a person's server has that name.
Task<Result<>> settle_own_server(Supervisor& supervisor, Definitions& definitions, ServerSpec wanted,
                                 OwnServer what);

}  // namespace mcpm
