// Bodies of the API -> params of MCP requests, the caller's JSON cut out as text. Pure.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>

namespace mcpm::api {

/// {"arguments": {…}} or nothing -> {"name":NAME,"arguments":{…}}. validation_error names what is wrong.
Result<std::string> named_call_params(std::string_view name, std::string_view body);

/// {"uri": "…"} -> {"uri":"…"}. validation_error likewise.
Result<std::string> resource_params(std::string_view body);

}  // namespace mcpm::api
