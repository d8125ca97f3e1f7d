// The least look at a JSON-RPC message: its top-level `id` and `method`, strings and nesting skipped; nothing
// is validated. For the yardsticks of the gateway's benchmark.
#pragma once

#include <cstring>
#include <string_view>

struct Found {
    std::string_view id, method;  // as they stand in the message
};

/// Behind the string that begins at `at`.
inline const char* past_string(const char* at, const char* end) {
    for (++at; at < end; ++at) {
        at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        if (at == nullptr) return end;
        const char* back = at;
        while (back[-1] == '\\') --back;
        if ((at - back) % 2 == 0) return at + 1;
    }
    return end;
}

/// Behind the value that begins at `at`.
inline const char* past_value(const char* at, const char* end) {
    int depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = past_string(at, end);
        } else if (*at == '{' || *at == '[') {
            ++depth;
            ++at;
        } else if ((*at == ',' || *at == '}' || *at == ']') && depth == 0) {
            return at;
        } else {
            depth -= *at == '}' || *at == ']' ? 1 : 0;
            ++at;
        }
        if (depth == 0 && (at == end || *at == ',' || *at == '}')) return at;
    }
    return end;
}

inline Found look(std::string_view message) {
    Found found;
    const char* at = message.data();
    const char* const end = at + message.size();
    while (at < end && *at != '"') ++at;
    while (at < end) {
        const char* const key_end = past_string(at, end);
        const std::string_view key(at, static_cast<std::size_t>(key_end - at));
        at = key_end;
        while (at < end && (*at == ':' || *at == ' ')) ++at;
        const char* const value_end = past_value(at, end);
        const std::string_view value(at, static_cast<std::size_t>(value_end - at));
        if (key == R"("id")") found.id = value;
        if (key == R"("method")") found.method = value;
        at = value_end;
        while (at < end && *at != '"') ++at;
    }
    return found;
}
