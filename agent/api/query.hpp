// A request's query against its row of the table; and its values as values. Pure.
#pragma once

#include "agent/api/routes.hpp"
#include "agent/http/message.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mcpm::api {

/// validation_error that names an unknown parameter (with the nearest known one) or a value that is not of
/// its kind.
Result<> check_query(const http::Request& request, std::span<const Parameter> known, Timestamp now);

// After check_query these cannot fail; a missing parameter is the default.
bool flag(const http::Request& request, std::string_view name, bool missing = false);
std::uint64_t count(const http::Request& request, std::string_view name, std::uint64_t missing,
                    std::uint64_t most);
Duration duration(const http::Request& request, std::string_view name, Duration missing);
std::optional<Timestamp> time_or_age(const http::Request& request, std::string_view name, Timestamp now);

std::optional<std::uint64_t> parse_count(std::string_view text);

}  // namespace mcpm::api
