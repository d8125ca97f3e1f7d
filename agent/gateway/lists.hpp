// Rewriting of lists: which entries are shown and under which names. Entries pass as they came but for their
// name. Pure.
#pragma once

#include "agent/gateway/client.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace mcpm::gateway {

/// A tools/list result with the rules applied.
std::string filtered_list(std::string_view result, const Target& target);

/// Entries of `array` (objects), each with its `member` ("name") replaced by what `rename` says, or left out
/// where it says nothing; appended to `out` with commas between.
void append_entries(std::string& out, std::string_view array, std::string_view member,
                    const std::function<std::string(std::string_view)>& rename);

}  // namespace mcpm::gateway
