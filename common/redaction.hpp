// Takes what is secret out of a message of MCP or a part of one, before anybody sees it who is not its
// server. Pure.
#pragma once

#include "common/hidden_values.hpp"
#include "common/wire.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm {

/// "***" in place of text under a name that looks secret, and of every known secret value inside any text.
void redact(wire::Json& json, const HiddenValues& secrets);

/// A text of JSON redacted so, at most `most` bytes of it, whole characters. What is too long to be looked
/// through, or is no JSON, is not shown: "(70000 bytes)".
std::string redacted_json(std::string_view text, const HiddenValues& secrets, std::size_t most);

}  // namespace mcpm
