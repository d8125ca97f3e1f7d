#include "agent/engine/owner.hpp"

#include "agent/engine/tar.hpp"

#include <algorithm>
#include <charconv>

namespace mcpm::engine {

namespace {

std::optional<unsigned> number_of(std::string_view text) {
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || number > tar_largest_owner)
        return std::nullopt;
    return number;
}

/// The text to the next `end`, which is taken away with it.
std::string_view take(std::string_view& rest, char end) {
    const auto at = std::min(rest.find(end), rest.size());
    const auto taken = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return taken;
}

}  // namespace

std::optional<Owner> owner_in_numbers(std::string_view user) {
    if (user.empty()) return Owner{};
    const auto uid = number_of(take(user, ':'));
    if (!uid) return std::nullopt;
    return Owner{*uid, number_of(user).value_or(0)};
}

std::optional<Owner> owner_by_name(std::string_view user, std::string_view passwd) {
    const auto wanted = take(user, ':');
    while (!passwd.empty()) {
        auto line = take(passwd, '\n');
        if (take(line, ':') != wanted) continue;
        take(line, ':');  // its password
        const auto uid = number_of(take(line, ':'));
        const auto gid = number_of(take(line, ':'));
        if (uid && gid) return Owner{*uid, *gid};
    }
    return std::nullopt;
}

}  // namespace mcpm::engine
