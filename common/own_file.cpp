#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace mcpm {

namespace {

constexpr int always = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

Error not_a_file(const std::string& path, mode_t mode) {
    return Error{ErrorCode::conflict,
                 "open " + path + ": it is " + kind_in_words(mode) + ", not a file",
                 {},
                 "move it away"};
}

Error of_another(const std::string& path, uid_t owner) {
    return Error{ErrorCode::forbidden, "open " + path + ": it belongs to uid " + std::to_string(owner) +
                                           ", not to uid " + std::to_string(::geteuid())};
}

bool may_be_of(uid_t uid, Owner owner) {
    return owner == Owner::anybody || uid == ::geteuid() || (owner == Owner::us_or_root && uid == 0);
}

/// Why open(2) failed, by what lies there where its own words mislead: ELOOP, ENXIO, EISDIR, ENOTDIR.
Error why_not_opened(const std::string& path, int error_number) {
    struct stat found {};
    const bool is_there = ::lstat(path.c_str(), &found) == 0;
    const bool is_other = is_there && !S_ISREG(found.st_mode);
    if (is_other && (error_number == ELOOP || error_number == ENXIO || error_number == EISDIR))
        return not_a_file(path, found.st_mode);
    return system_error("open " + path, error_number,
                        error_number == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable);
}

/// Empty when the folder may be used; `is_link`: reached by one.
std::optional<Error> refused_folder(const std::string& path, const OwnRules& rules, bool& is_link) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0)
        return system_error("look at the folder " + path, errno, ErrorCode::unavailable);
    is_link = S_ISLNK(found.st_mode);
    if (is_link && rules.links == Links::refused)
        return Error{ErrorCode::conflict, path + " is a link, not a folder", {}, "move it away"};
    if (!S_ISDIR(found.st_mode) && !is_link)
        return Error{ErrorCode::conflict,
                     path + " is not a folder but " + kind_in_words(found.st_mode),
                     {},
                     "move it away"};
    if (may_be_of(found.st_uid, is_link ? Owner::us_or_root : rules.owner)) return std::nullopt;
    return Error{ErrorCode::forbidden, std::string(is_link ? "the link " : "the folder ") + path +
                                           " belongs to uid " + std::to_string(found.st_uid) +
                                           ", not to uid " + std::to_string(::geteuid())};
}

}  // namespace

std::string kind_in_words(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return "a file";
        case S_IFDIR:
            return "a folder";
        case S_IFLNK:
            return "a link";
        case S_IFIFO:
            return "a fifo";
        case S_IFSOCK:
            return "a socket";
        case S_IFCHR:
        case S_IFBLK:
            return "a device";
        default:
            return "something else";
    }
}

Result<UniqueFd> open_own_file(const std::filesystem::path& path, int flags, mode_t mode, OwnRules rules) {
    const std::string name = path.string();
    flags |= always | (rules.links == Links::refused ? O_NOFOLLOW : 0);
    // Not emptied before it is known to be ours.
    UniqueFd file(::open(name.c_str(), flags & ~O_TRUNC, mode));
    if (!file) return why_not_opened(name, errno);
    struct stat found {};
    if (::fstat(file.get(), &found) != 0)
        return system_error("look at " + name, errno, ErrorCode::unavailable);
    if (!S_ISREG(found.st_mode)) return not_a_file(name, found.st_mode);
    if (!may_be_of(found.st_uid, rules.owner)) return of_another(name, found.st_uid);
    if ((flags & O_TRUNC) != 0 && found.st_size > 0 && ::ftruncate(file.get(), 0) != 0)
        return system_error("empty " + name, errno, ErrorCode::unavailable);
    return file;
}

Result<> check_own_file(const std::filesystem::path& path) {
    struct stat found {};
    const std::string name = path.string();
    if (::lstat(name.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return system_error("look at " + name, errno, ErrorCode::unavailable);
    }
    if (!S_ISREG(found.st_mode)) return not_a_file(name, found.st_mode);
    if (!may_be_of(found.st_uid, Owner::us_or_root)) return of_another(name, found.st_uid);
    return {};
}

Result<std::string> read_own_file(const std::filesystem::path& path, std::size_t limit, OwnRules rules) {
    const auto file = open_own_file(path, O_RDONLY, 0, rules);
    if (!file) return file.error();
    std::string text;
    char block[16384];
    for (;;) {
        const auto count = ::read(file->get(), block, sizeof block);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_error("read " + path.string(), errno, ErrorCode::unavailable);
        if (count == 0) return text;
        text.append(block, static_cast<std::size_t>(count));
        if (text.size() > limit) {
            return Error{ErrorCode::payload_too_large,
                         "read " + path.string() + ": longer than " + std::to_string(limit) + " bytes"};
        }
    }
}

Result<UniqueFd> make_own_folder(const std::filesystem::path& path, OwnRules rules) {
    const std::string name = path.string();
    std::error_code failure;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
    const int made = ::mkdir(name.c_str(), 0700);
    if (made != 0 && errno == ENOENT &&
        failure)  // what keeps it from being there is said, not that it is not
        return system_error("create the folder " + path.parent_path().string(), failure.value(),
                            ErrorCode::unavailable);
    if (made != 0 && errno != EEXIST)
        return system_error("create the folder " + name, errno, ErrorCode::unavailable);
    bool is_link = false;
    if (auto refused = refused_folder(name, rules, is_link)) return std::move(*refused);
    const int flags = O_RDONLY | O_DIRECTORY | always | (is_link ? 0 : O_NOFOLLOW);
    UniqueFd folder(::open(name.c_str(), flags));
    struct stat found {};
    if (!folder || ::fstat(folder.get(), &found) != 0)
        return system_error("open the folder " + name, errno, ErrorCode::unavailable);
    if (!may_be_of(found.st_uid, rules.owner))
        return Error{ErrorCode::forbidden, "the folder " + name + " belongs to uid " +
                                               std::to_string(found.st_uid) + ", not to uid " +
                                               std::to_string(::geteuid()) + " that runs this agent"};
    const bool is_ours = found.st_uid == ::geteuid();
    if (!is_link && is_ours && (found.st_mode & 077) != 0) (void)::fchmod(folder.get(), 0700);
    return folder;
}

}  // namespace mcpm
