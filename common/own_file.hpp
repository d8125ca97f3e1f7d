// Files and folders that are ours, opened so that nobody can make us wait or lead us astray: what lies at the
// path is looked at once it is open, and a fifo, a device, a folder or a link in place of a file is named as
// what it is. Every open() of a file of ours goes through here.
#pragma once

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>

namespace mcpm {

/// followed: of what people lay out themselves (a configuration that is kept elsewhere).
enum class Links { refused, followed };
/// root: of what the administrator may have put there for us to read.
enum class Owner { us, us_or_root, anybody };

struct OwnRules {
    Links links = Links::refused;
    Owner owner = Owner::us_or_root;
};

/// Never waits, whatever lies there. `flags` as of open(2); O_CLOEXEC, O_NOCTTY and O_NONBLOCK come along.
/// not_found; conflict: no file, or a link; forbidden: another user's; else unavailable.
Result<UniqueFd> open_own_file(const std::filesystem::path& path, int flags, mode_t mode = 0600,
                               OwnRules rules = {});

/// Checks a file so without opening it for use: good as well when nothing lies there.
Result<> check_own_file(const std::filesystem::path& path);

/// All of it. payload_too_large above `limit` bytes; else as open_own_file.
Result<std::string> read_own_file(const std::filesystem::path& path, std::size_t limit, OwnRules rules = {});

/// Made with mode 0700 when it is not there, with the folders above it; closed to others when they may enter
/// it, unless it is reached by a link: what a link leads to keeps its mode. A link must be ours (or root's).
/// conflict: no folder, or a link that is refused; forbidden: another user's; else unavailable.
Result<UniqueFd> make_own_folder(const std::filesystem::path& path, OwnRules rules = {});

/// "a fifo", "a link", "a folder", …
std::string kind_in_words(mode_t mode);

}  // namespace mcpm
