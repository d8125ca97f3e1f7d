#include "agent/observe/infrastructure.hpp"

#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace mcpm::observe {

namespace {

constexpr std::uint64_t mebibyte = 1U << 20U;
constexpr std::uint64_t little = 1024 * mebibyte;
constexpr std::uint64_t next_to_none = 100 * mebibyte;
constexpr std::string_view content = "mcpm looks whether files can be written here\n";

std::string reason() {
    return std::error_code(errno, std::generic_category()).message();
}

/// Empty when all went well.
std::string write_and_read(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return "create " + path + ": " + reason();
    const auto written = ::write(file.get(), content.data(), content.size());
    if (written != static_cast<ssize_t>(content.size())) return "write " + path + ": " + reason();
    std::string read(content.size(), '\0');
    if (::pread(file.get(), read.data(), read.size(), 0) != static_cast<ssize_t>(read.size()))
        return "read " + path + ": " + reason();
    return read == content ? std::string() : "read " + path + ": something else than was written";
}

}  // namespace

Check check_files(const std::filesystem::path& folder) {
    const std::string path = folder / (".health-" + std::to_string(::getpid()));
    const auto begun = std::chrono::steady_clock::now();
    const std::string failure = write_and_read(path);
    ::unlink(path.c_str());
    if (!failure.empty()) return {Condition::unhealthy, std::nullopt, failure};
    const auto took = std::chrono::steady_clock::now() - begun;
    return {Condition::healthy, std::chrono::duration_cast<std::chrono::microseconds>(took), {}};
}

std::optional<Space> space_of(const std::filesystem::path& folder) {
    struct statvfs found {};
    if (::statvfs(folder.c_str(), &found) != 0) return std::nullopt;
    return Space{folder.string(), found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize};
}

Check judge_space(const Space& space) {
    const std::string left = format_bytes(space.free_bytes) + " are free";
    if (space.free_bytes < next_to_none) return {Condition::unhealthy, std::nullopt, left};
    if (space.free_bytes < little && space.free_bytes < space.total_bytes / 20)
        return {Condition::degraded, std::nullopt, left};
    return {};
}

}  // namespace mcpm::observe
