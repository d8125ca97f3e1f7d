#include "agent/engine/owner.hpp"

#include "agent/engine/tar.hpp"
#include "common/number.hpp"
#include "common/words.hpp"

#include <algorithm>

namespace mcpm::engine {

namespace {

std::optional<unsigned> number_of(std::string_view text) {
    const auto number = parse_number<unsigned>(text);
    return number && *number <= tar_largest_owner ? number : std::nullopt;
}

}  // namespace

std::optional<FileOwner> owner_in_numbers(std::string_view user) {
    if (user.empty()) return FileOwner{};
    const auto uid = number_of(take_word(user, ':'));
    if (!uid) return std::nullopt;
    return FileOwner{*uid, number_of(user).value_or(0)};
}

std::optional<FileOwner> owner_by_name(std::string_view user, std::string_view passwd) {
    const auto wanted = take_word(user, ':');
    while (!passwd.empty()) {
        auto line = take_word(passwd, '\n');
        if (take_word(line, ':') != wanted) continue;
        take_word(line, ':');  // its password
        const auto uid = number_of(take_word(line, ':'));
        const auto gid = number_of(take_word(line, ':'));
        if (uid && gid) return FileOwner{*uid, *gid};
    }
    return std::nullopt;
}

}  // namespace mcpm::engine
