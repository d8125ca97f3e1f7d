#include "agent/http/message.hpp"

#include "common/ascii.hpp"

#include <algorithm>

namespace mcpm::http {

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
    // Many names have one length, few begin alike.
    const char first = lower_case_name.empty() ? '\0' : lower_case_name.front();
    for (const auto& [name, value] : headers) {
        if (name[0] == first && name == lower_case_name) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    const auto found = query.find(std::string(name));
    if (found == query.end()) return std::nullopt;
    return found->second;
}

namespace {

/// Whether a comma-separated list names it.
bool lists(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto item = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
        while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
        if (ascii::same(item, token)) return true;
    }
    return false;
}

bool any_field_lists(const Request& request, std::string_view name, std::string_view token) {
    return std::any_of(request.headers.begin(), request.headers.end(),
                       [&](const auto& field) { return field.first == name && lists(field.second, token); });
}

}  // namespace

bool asks_upgrade(const Request& request, std::string_view protocol) {
    return any_field_lists(request, "connection", "upgrade") && any_field_lists(request, "upgrade", protocol);
}

Response switch_to(std::string_view protocol, std::function<Task<>(Duplex&)> upgrade) {
    Response response;
    response.status = 101;
    response.headers = {{"Connection", "Upgrade"}, {"Upgrade", std::string(protocol)}};
    response.upgrade = std::move(upgrade);
    return response;
}

}  // namespace mcpm::http
