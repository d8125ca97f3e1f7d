#include "cli/clients/client_file.hpp"

#include "cli/clients/document.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace mcpm::cli {

namespace {

/// Where a link leads; a link that somebody else put there is not followed.
Result<std::filesystem::path> target_of(const std::filesystem::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISLNK(found.st_mode)) return path;
    if (found.st_uid != ::geteuid() && found.st_uid != 0)
        return Error{ErrorCode::forbidden, "the link " + path.string() + " belongs to another user"};
    std::error_code failure;
    auto target = std::filesystem::canonical(path, failure);
    if (failure)
        return Error{ErrorCode::conflict,
                     path.string() + " is a link that leads nowhere",
                     {},
                     "remove it, or make what it leads to"};
    return target;
}

Result<> same_as_before(const ClientText& before) {
    const auto now = read_client_file(before.path);
    if (!now) return now.error();
    if (now->exists == before.exists && now->target == before.target && now->text == before.text) return {};
    return Error{ErrorCode::conflict,
                 before.path.string() + " was changed by somebody else meanwhile",
                 {},
                 "nothing was written; try again"};
}

Result<> write_whole(int file, const std::string& name, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_error("write " + name, errno);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(file) != 0) return system_error("write " + name, errno);
    return {};
}

/// Beside the file, with its mode and group; renamed over it when all of it is on the disk.
Result<> write_beside(const ClientText& before, std::string_view text) {
    std::string name = before.target.string() + ".mcpm-XXXXXX";
    const UniqueFd file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file) return system_error("write into the folder " + before.target.parent_path().string(), errno);
    auto done = [&]() -> Result<> {
        if (before.group != static_cast<gid_t>(-1) && before.group != ::getegid() &&
            ::fchown(file.get(), static_cast<uid_t>(-1), before.group) != 0)
            return system_error("give " + name + " the group of the file", errno);
        if (::fchmod(file.get(), before.mode) != 0)
            return system_error("give " + name + " the mode of the file", errno);
        if (auto written = write_whole(file.get(), name, text); !written) return written;
        if (auto same = same_as_before(before); !same) return same;
        if (::rename(name.c_str(), before.target.c_str()) != 0)
            return system_error("replace " + before.target.string(), errno);
        return {};
    }();
    if (!done) (void)::unlink(name.c_str());
    return done;
}

}  // namespace

Result<std::string> read_foreign_file(const std::filesystem::path& path, Owner owner) {
    auto text = read_own_file(path, largest_document, {Links::followed, owner});
    if (text) return text;
    Error error = text.error();
    // The file is out of reach, not the agent.
    if (error.code == ErrorCode::unavailable) error.code = ErrorCode::forbidden;
    return error;
}

Result<ClientText> read_client_file(const std::filesystem::path& path) {
    const auto target = target_of(path);
    if (!target) return target.error();
    ClientText out{path, *target, {}};
    struct stat found {};
    if (::lstat(target->c_str(), &found) != 0) {
        if (errno == ENOENT) return out;
        return system_error("look at " + path.string(), errno);
    }
    auto text = read_foreign_file(*target, Owner::us);
    if (!text) return text.error();
    out.text = std::move(*text);
    out.exists = true;
    out.mode = found.st_mode & 07777U;
    out.group = found.st_gid;
    return out;
}

Result<> replace_client_file(const ClientText& before, std::string_view text) {
    if (before.exists && (before.mode & S_IWUSR) == 0)
        return Error{ErrorCode::forbidden,
                     before.path.string() + " is read-only",
                     {},
                     "chmod u+w it, if it is yours to change"};
    std::error_code failure;
    if (!before.exists) std::filesystem::create_directories(before.target.parent_path(), failure);
    if (failure)
        return system_error("create the folder " + before.target.parent_path().string(), failure.value());
    return write_beside(before, text);
}

Result<> remove_client_file(const ClientText& before) {
    if (auto same = same_as_before(before); !same) return same;
    if (::unlink(before.target.c_str()) != 0) return system_error("remove " + before.target.string(), errno);
    return {};
}

}  // namespace mcpm::cli
