// Rewriting of lists: which entries are shown and under which names. Entries pass as they came but for their
// name. Pure.
#pragma once

#include "agent/gateway/client.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace mcpm::gateway {

struct FilteredList {
    std::string result;
    bool holds_back = false;  // a tool that the rules allow is not as it was approved
};

/// A tools/list result with the rules applied; the same text where they change nothing.
FilteredList filtered_list(std::string result, const Target& target);

/// A tools/list result without those that clients over HTTP may not call (`x-mcp-header` that cannot be);
/// `left_out` gets their names, joined by commas.
std::string callable_over_http(std::string_view result, std::string& left_out);

/// Entries of `array` (objects), each with its `member` ("name") replaced by what `rename` says, or left out
/// where it says nothing; appended to `out` with commas between.
void append_entries(std::string& out, std::string_view array, std::string_view member,
                    const std::function<std::string(std::string_view)>& rename);

}  // namespace mcpm::gateway
