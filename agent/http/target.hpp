// A request's target taken apart: path, and query parameters decoded. Pure; foreign bytes go in here first.
#pragma once

#include "common/error.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::http {

struct Target {
    std::string path;                          // still percent-encoded
    std::map<std::string, std::string> query;  // decoded; the last one of a name wins
};

/// Origin form ("/path?query") and absolute form ("http://host/path"). validation_error for a bad escape, for
/// text that is not UTF-8, for more than 64 parameters, and for anything that is not a path.
Result<Target> parse_target(std::string_view target);

/// %XX decoded; `plus_is_space` as in a query. Nothing on a bad escape or when the result is not UTF-8.
enum class Plus { is_plus, is_space };
std::optional<std::string> decoded(std::string_view text, Plus plus);

}  // namespace mcpm::http
