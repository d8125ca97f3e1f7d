// Walks over the members of an object or the elements of an array in a text that is known to be well-formed
// (it came through the scanner). Builds nothing. Pure.
#pragma once

#include "common/json_cursor.hpp"
#include "common/json_scan.hpp"

#include <string_view>

namespace mcpm::gateway {

/// visit(name with its quotes, value) for each member, in order. Other values than objects have none.
template <typename Visit>
void for_each_member(std::string_view object, Visit visit) {
    mcp::JsonCursor cursor(object);
    cursor.skip_space();
    if (cursor.peek() != '{') return;
    cursor.advance();
    for (;;) {
        cursor.skip_space();
        if (cursor.peek() == ',') {
            cursor.advance();
            cursor.skip_space();
        }
        if (cursor.peek() != '"') return;
        const char* const name = cursor.at();
        if (!cursor.skip_string()) return;
        const std::string_view name_text(name, static_cast<std::size_t>(cursor.at() - name));
        cursor.skip_space();
        if (cursor.peek() != ':') return;
        cursor.advance();
        cursor.skip_space();
        const char* const value = cursor.at();
        const mcp::JsonType type = mcp::JsonCursor::type_of(cursor.peek());
        if (!cursor.skip_value(0)) return;
        visit(name_text,
              mcp::JsonSlice{std::string_view(value, static_cast<std::size_t>(cursor.at() - value)), type});
    }
}

/// visit(element) for each element of an array, in order.
template <typename Visit>
void for_each_element(std::string_view array, Visit visit) {
    mcp::JsonCursor cursor(array);
    cursor.skip_space();
    if (cursor.peek() != '[') return;
    cursor.advance();
    for (;;) {
        cursor.skip_space();
        if (cursor.peek() == ',') {
            cursor.advance();
            cursor.skip_space();
        }
        if (cursor.peek() == ']' || cursor.at_end()) return;
        const char* const value = cursor.at();
        const mcp::JsonType type = mcp::JsonCursor::type_of(cursor.peek());
        if (!cursor.skip_value(0)) return;
        visit(mcp::JsonSlice{std::string_view(value, static_cast<std::size_t>(cursor.at() - value)), type});
    }
}

}  // namespace mcpm::gateway
