// Walks over the members of an object or the elements of an array in a text that is known to be well-formed
// (it came through the scanner). Builds nothing. Pure.
#pragma once

#include "common/json_cursor.hpp"
#include "common/json_scan.hpp"

#include <string_view>

namespace mcpm::mcp {

namespace detail {

/// Behind the opening bracket; false when there is none.
inline bool enter(JsonCursor& cursor, char bracket) {
    cursor.skip_space();
    if (cursor.peek() != bracket) return false;
    cursor.advance();
    return true;
}

inline void skip_comma(JsonCursor& cursor) {
    cursor.skip_space();
    if (cursor.peek() != ',') return;
    cursor.advance();
    cursor.skip_space();
}

/// Absent when there is no value.
inline JsonSlice take_value(JsonCursor& cursor) {
    const char* const from = cursor.at();
    const JsonType type = JsonCursor::type_of(cursor.peek());
    if (!cursor.skip_value(0)) return {};
    return {std::string_view(from, static_cast<std::size_t>(cursor.at() - from)), type};
}

}  // namespace detail

/// visit(name with its quotes, value) for each member, in order. Other values than objects have none.
template <typename Visit>
void for_each_member(std::string_view object, Visit visit) {
    JsonCursor cursor(object);
    if (!detail::enter(cursor, '{')) return;
    for (;;) {
        detail::skip_comma(cursor);
        if (cursor.peek() != '"') return;
        const char* const name = cursor.at();
        if (!cursor.skip_string()) return;
        const std::string_view name_text(name, static_cast<std::size_t>(cursor.at() - name));
        cursor.skip_space();
        if (cursor.peek() != ':') return;
        cursor.advance();
        cursor.skip_space();
        const JsonSlice value = detail::take_value(cursor);
        if (!value) return;
        visit(name_text, value);
    }
}

/// visit(element) for each element of an array, in order.
template <typename Visit>
void for_each_element(std::string_view array, Visit visit) {
    JsonCursor cursor(array);
    if (!detail::enter(cursor, '[')) return;
    for (;;) {
        detail::skip_comma(cursor);
        if (cursor.peek() == ']' || cursor.at_end()) return;
        const JsonSlice value = detail::take_value(cursor);
        if (!value) return;
        visit(value);
    }
}

}  // namespace mcpm::mcp
