// What a server offered, as kept from its last run (Manifest, agent/store): how two of them differ. Pure.
#pragma once

#include "agent/store/state_store.hpp"

#include <string>
#include <string_view>

namespace mcpm {

/// Of the lists and the facts. Only compared with digests of our own on this machine; no defence against
/// anybody.
std::string digest_of(const Manifest& manifest);

/// The names in `before` and `now` (MCP lists of objects with "name" or "uri") that are new, gone or
/// different, as one sentence; empty when the lists are the same.
std::string describe_difference(std::string_view what, std::string_view before, std::string_view now);
/// The difference of all lists.
std::string describe_difference(const Manifest& before, const Manifest& now);

}  // namespace mcpm
