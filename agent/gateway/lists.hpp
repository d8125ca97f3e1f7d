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

/// Entries of `array` (objects), each with its `member` ("name") replaced by what `rename` says, or left out
/// where it says nothing; appended to `out` with commas between.
void append_entries(std::string& out, std::string_view array, std::string_view member,
                    const std::function<std::string(std::string_view)>& rename);

}  // namespace mcpm::gateway
