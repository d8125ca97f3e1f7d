#include "agent/packages/ownership.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace mcpm::npm {

namespace {

Result<> take(const std::filesystem::path& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0)
        return system_error("look at " + path.string(), errno, ErrorCode::unavailable);
    if (facts.st_uid == ::geteuid()) return {};
    if (::lchown(path.c_str(), ::geteuid(), ::getegid()) == 0) return {};
    return system_error("take over " + path.string(), errno, ErrorCode::unavailable);
}

}  // namespace

Result<> take_ownership(const std::filesystem::path& folder) {
    if (::geteuid() != 0) return {};
    std::error_code failed;
    std::filesystem::recursive_directory_iterator entry(folder, failed);
    for (const std::filesystem::recursive_directory_iterator end; !failed && entry != end;
         entry.increment(failed)) {
        if (auto taken = take(entry->path()); !taken) return taken;
    }
    if (failed) return system_error("look into " + folder.string(), failed.value(), ErrorCode::unavailable);
    return {};
}

}  // namespace mcpm::npm
