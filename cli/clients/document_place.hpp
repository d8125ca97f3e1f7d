// An answer of the agent about a document that was sent to it: which file that is, and where in it the field
// stands that the answer names. Pure.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>

namespace mcpm::cli {

/// "FILE:LINE:COLUMN: …" when `text` is a document in JSON and the error names a field
/// ("packages[0].version") that is there; "FILE: …" otherwise, and unchanged when the file is named already.
Error with_place(Error error, const std::string& file, std::string_view text);

/// Where it is no JSON: "FILE:LINE:COLUMN: …".
Result<> check_json(const std::string& file, std::string_view text);

}  // namespace mcpm::cli
