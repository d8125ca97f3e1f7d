// Members of a JSON object: by the path of keys to one, and one as a text.
#pragma once

#include <initializer_list>
#include <string>

namespace mcpm {

/// Null when there is none there.
template <typename Json>
Json* member_at(Json& object, std::initializer_list<const char*> path) {
    Json* at = &object;
    for (const char* key : path) {
        if (!at->is_object()) return nullptr;
        const auto member = at->find(key);
        if (member == at->end()) return nullptr;
        at = &*member;
    }
    return at;
}

/// Empty when there is none, or it is no text.
template <typename Json>
std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->template get<std::string>() : std::string();
}

}  // namespace mcpm
