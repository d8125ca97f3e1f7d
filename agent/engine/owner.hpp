// Whom a container runs as, in numbers. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace mcpm::engine {

struct FileOwner {
    unsigned uid = 0, gid = 0;
    bool operator==(const FileOwner&) const = default;
};

/// "", "1000", "1000:100", "1000:staff" need no list of users; a name does. A group that is a name is 0: what
/// is its owner's alone asks for no group.
std::optional<FileOwner> owner_in_numbers(std::string_view user);
/// The user's line in the text of an /etc/passwd; nothing when it has none.
std::optional<FileOwner> owner_by_name(std::string_view user, std::string_view passwd);

}  // namespace mcpm::engine
