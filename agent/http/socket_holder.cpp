#include "agent/http/socket_holder.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>

namespace mcpm::http {

namespace {

// As the kernel prints them (net/unix/af_unix.c): a socket that listens has this flag, one that is neither
// connected nor connecting has that state.
constexpr unsigned long listens = 0x10000;
constexpr unsigned long unconnected = 1;

/// Num: RefCount Protocol Flags Type St Inode Path
std::string path_of_bound(const std::string& line) {
    std::istringstream words(line);
    std::string number, references, protocol, type, inode, path;
    unsigned long flags = 0;
    unsigned long state = 0;
    words >> number >> references >> protocol >> std::hex >> flags >> type >> state >> inode >> std::ws;
    if (!words || (flags & listens) != 0 || state != unconnected) return {};
    std::getline(words, path);
    return path.starts_with('/') ? path : std::string();
}

}  // namespace

bool is_being_bound(const std::filesystem::path& path, std::istream& table) {
    struct stat ours {};
    if (::lstat(path.c_str(), &ours) != 0 || !S_ISSOCK(ours.st_mode)) return false;
    const std::string name = "/" + path.filename().string();
    std::string line;
    while (std::getline(table, line)) {
        if (!line.ends_with(name)) continue;
        struct stat theirs {};
        const std::string bound = path_of_bound(line);
        if (bound.empty() || ::lstat(bound.c_str(), &theirs) != 0) continue;
        if (theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino) return true;
    }
    return false;
}

bool is_being_bound(const std::filesystem::path& path) {
    std::ifstream table("/proc/net/unix");
    return is_being_bound(path, table);
}

}  // namespace mcpm::http
