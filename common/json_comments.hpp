// JSON as people keep it in files of editors and clients: with // and /* */ comments and tabs. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm {

/// Comments and tabs outside of strings as blanks, so that every other byte stays where it was, line and
/// column. A text that is no JSON object is given back as it is.
std::string without_json_comments(std::string_view text);

}  // namespace mcpm
