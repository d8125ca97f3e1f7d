#include "agent/store/snapshot.hpp"

#include "common/own_file.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace mcpm {

namespace {

Result<> write_all(int fd, std::string_view text, const std::string& name) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("write " + name, errno, ErrorCode::unavailable);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(fd) != 0) return system_error("fsync " + name, errno, ErrorCode::unavailable);
    return {};
}

}  // namespace

Result<> sync_folder(const std::filesystem::path& folder) {
    const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return system_error("fsync " + folder.string(), errno, ErrorCode::unavailable);
    return {};
}

Result<> write_file_atomically(const std::filesystem::path& path, std::string_view text) {
    const std::string beside =
        path.string() + ".new";  // one name, so that a killed writer leaves one file at most
    const auto fd = open_own_file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!fd) return fd.error();
    // A rename replaces a file, and also a fifo or a link: what is said to be there is what we wrote.
    if (auto free = check_own_file(path); !free && free.error().code != ErrorCode::unavailable) {
        ::unlink(beside.c_str());
        return free.error();
    }
    auto written = write_all(fd->get(), text, beside);
    if (!written.has_error() && ::rename(beside.c_str(), path.c_str()) != 0) {
        written = system_error("rename " + beside + " to " + path.string(), errno, ErrorCode::unavailable);
    }
    if (written.has_error()) {
        ::unlink(beside.c_str());
        return written;
    }
    return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t limit) {
    return read_own_file(path, limit);
}

}  // namespace mcpm
