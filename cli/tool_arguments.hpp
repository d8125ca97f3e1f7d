// KEY=VALUE words -> the JSON arguments of a tool, each value typed as the tool's input schema says. Pure.
// "KEY=text" is read by the schema's type; "KEY:=JSON" is taken as JSON whatever the schema says; a key given
// several times makes an array where the schema wants one.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

/// validation_error names the key and what was expected. Keys the schema does not know are strings.
Result<Json> tool_arguments(const std::vector<std::string>& words, const Json& input_schema);

/// "integer", "string or null", "one of 1, 2": what an argument may be, with its references followed in
/// `root`.
std::string type_in_words(const Json& schema, const Json& root);

}  // namespace mcpm::cli
