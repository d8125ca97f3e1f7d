// YAML -> specs (`apply -f`, `export`). Every problem with line and column, not just the first; nothing is
// applied when there is one. Format: `servers:` a map of name -> the fields of product.md, flat
// (command, args, npm, image, url, env, secrets, cwd, health, restart, …), `version: 1` optional.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct SpecProblem {
    unsigned line = 0;    // from 1
    unsigned column = 0;  // from 1
    std::string message;  // names the key and what was expected
};

struct SpecFile {
    std::vector<ServerSpec> servers;    // in the order of the file
    std::vector<SpecProblem> problems;  // empty = good
};

/// At most 4 MiB, depth at most 32, aliases refused ("billion laughs").
SpecFile read_spec_file(std::string_view yaml);

/// The same format; read_spec_file gives the same specs back.
std::string write_spec_file(const std::vector<ServerSpec>& servers);

/// All problems as one validation_error: "FILE:LINE:COLUMN: message" a line each.
Error problems_error(const std::string& file, const std::vector<SpecProblem>& problems);

}  // namespace mcpm
