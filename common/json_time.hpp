// A time within JSON that only an agent of ours reads again: whole milliseconds since 1970.
#pragma once

#include "common/server_spec.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace mcpm {

/// No member for no time.
template <typename Json>
void put_time(Json& object, const char* key, const std::optional<Timestamp>& time) {
    if (time) object[key] = time->time_since_epoch().count();
}

/// Nothing when there is none, or it is no whole number.
template <typename Json>
std::optional<Timestamp> time_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return Timestamp(std::chrono::milliseconds(found->template get<std::int64_t>()));
}

}  // namespace mcpm
