// What a command really runs: `npx -y PKG`, `uvx PKG`, `go run PKG@V` and `docker run … IMAGE` are what
// mcpm installs once, pins and starts directly. Only what keeps every word's meaning is recognised; all else
// stays a command. Pure.
#pragma once

#include "cli/json_access.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli {

struct CommandMeaning {
    Json definition =
        Json::object();  // "npm", "pypi", "go" or "image" with "args", and "config" where options say so
    std::string what;    // "the npm package @scope/name", for people
    std::vector<std::string> variables = {};  // that docker's -e names without a value
};

/// `words` is a program and its arguments; empty when they mean themselves.
std::optional<CommandMeaning> meaning_of(const std::vector<std::string>& words);

}  // namespace mcpm::cli
