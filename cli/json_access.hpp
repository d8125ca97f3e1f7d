// Looking into answers whose shape is promised but not proven: a missing or mistyped member reads as empty,
// it never throws.
#pragma once

#include "common/wire.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::cli {

using wire::Json;

/// A value as a Result. Needed because a Json would convert to anything, an Error included.
inline Result<Json> ok(Json json) {
    return Result<Json>(boost::system::in_place_value, std::move(json));
}

/// The member, or null.
const Json& member(const Json& object, std::string_view key);
/// The member's text; a number or boolean as JSON writes it; empty otherwise.
std::string text(const Json& object, std::string_view key);
std::optional<std::int64_t> integer(const Json& object, std::string_view key);
std::optional<double> number(const Json& object, std::string_view key);
bool is_true(const Json& object, std::string_view key);

/// JSON for people and programs: two spaces, invalid UTF-8 replaced, and nothing in it that a terminal
/// would obey (DEL, C1 controls and bidirectional overrides are escaped).
std::string pretty(const Json& json);
/// JSON on one line.
std::string compact(const Json& json);

}  // namespace mcpm::cli
