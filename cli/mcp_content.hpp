// MCP content blocks (text, image, audio, resource, resource_link) as text for people.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mcpm::cli {

/// Text blocks as they are, others named with their type and size; ends with a newline unless empty.
std::string content_in_words(const Json& content);

/// The bytes of the first image, audio or binary resource; nothing when there is none.
std::optional<std::string> first_binary(const Json& content);

}  // namespace mcpm::cli
