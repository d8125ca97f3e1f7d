// `-o jsonpath=…`: the part of JSONPath (RFC 9535) and of kubectl's that scripts use: `.name`, `['a name']`,
// `[2]`, `[-1]`, `[*]`, `.*`, `..name`, with or without `$` in front and braces around. Pure.
#pragma once

#include "cli/json_access.hpp"

#include <string_view>
#include <vector>

namespace mcpm::cli {

/// validation_error says what is not understood.
Result<> check_json_path(std::string_view path);
/// Everything that the path names, in order; nothing for a path that is not right.
std::vector<Json> find_json_path(const Json& data, std::string_view path);

}  // namespace mcpm::cli
