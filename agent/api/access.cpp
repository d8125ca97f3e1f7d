#include "agent/api/access.hpp"

#include <algorithm>
#include <string>

namespace mcpm::api {

namespace {

bool changes_state(std::string_view method) {
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

}  // namespace

bool is_json_type(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
    constexpr std::string_view json = "application/json";
    return std::equal(type.begin(), type.end(), json.begin(), json.end(),
                      [](char left, char right) { return lower(left) == right; });
}

Result<> decide_access(const http::Request& request, uid_t own_uid) {
    const auto& peer = request.peer;
    if (!peer.is_local_socket) {
        return Error{ErrorCode::unauthorized,
                     "this request needs credentials, and only the agent's socket is served"};
    }
    if (peer.uid != own_uid && peer.uid != 0) {
        return Error{ErrorCode::forbidden, "the agent of user " + std::to_string(own_uid) +
                                               " serves only that user and root, not user " +
                                               std::to_string(peer.uid)};
    }
    if (!changes_state(request.method) || request.body.empty()) return {};
    const auto type = request.header("content-type");
    if (type && is_json_type(*type)) return {};
    return Error{ErrorCode::validation_error,
                 "Content-Type: a " + request.method + " with a body must be application/json"};
}

}  // namespace mcpm::api
