// What templates and entries of registries ask for, in the words of a person: KEY=VALUE, prompts, tables.
#pragma once

#include "cli/invocation.hpp"
#include "cli/json_access.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

/// "npm @a/b 1.2.3", "image mcp/time".
std::string source_text(const Json& one);

/// Refuses a template that is known not to start as it is published, with why and what to do.
Result<> check_not_broken(const Json& one);

/// The texts of a list.
std::string listed(const Json& texts, const char* between);

/// "KEY=VALUE" words -> the body's parameters; a key that stands twice is a list. `~` and relative paths
/// become absolute.
Result<Json> read_values(const Json& one, const std::vector<std::string>& words);

/// On a terminal what is missing is asked for; elsewhere the agent's refusal lists it.
Result<> ask_for_missing(Invocation& call, const Json& one, Json& values);

/// A table, after an empty line; nothing when it asks for nothing.
void print_parameters(Invocation& call, const Json& one);

}  // namespace mcpm::cli
