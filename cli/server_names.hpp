// What a person types for servers -> their names: a name, an id, the beginning of an id, or a pattern with *
// and
// ?. Pure. A name that is exactly what was typed goes before every other reading.
#pragma once

#include "cli/json_access.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// Whether the word may stand for other names than itself, so that the servers must be known to read it.
bool needs_servers(std::string_view word);
bool is_pattern(std::string_view word);

/// Each name once, in the order of the words, patterns in the order of `servers`. A word that fits nothing
/// stays as it is, so that the agent says what it says of it; but a pattern that fits nothing is
/// server_not_found, and the beginning of several ids is a validation_error.
Result<std::vector<std::string>> named_servers(const Json& servers, const std::vector<std::string>& words);

/// `*` and `?` as a shell has them.
bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace mcpm::cli
