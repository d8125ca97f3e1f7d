// A member of a member of a JSON object, by the path of keys to it.
#pragma once

#include <initializer_list>

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

}  // namespace mcpm
