#include "common/search_path.hpp"

#include "common/words.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace mcpm {

std::vector<std::string> folders_of_path(std::string_view path) {
    std::vector<std::string> folders = split_words(path, ':');
    std::erase_if(folders, [](const std::string& folder) { return folder.front() != '/'; });
    return folders;
}

std::string own_search_path() {
    const char* const path = std::getenv("PATH");
    return path == nullptr ? std::string() : path;
}

int check_executable(const std::string& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) return errno == ENOTDIR ? ENOENT : errno;
    if (!S_ISREG(facts.st_mode)) return EACCES;
    return ::access(file.c_str(), X_OK) == 0 ? 0 : EACCES;
}

std::optional<std::string> find_on_path(std::string_view name, std::string_view path) {
    for (const auto& folder : folders_of_path(path)) {
        std::string file = folder + "/" + std::string(name);
        if (check_executable(file) == 0) return file;
    }
    return std::nullopt;
}

std::vector<std::string> programs_on_path(std::string_view name, std::string_view path) {
    std::vector<std::string> programs;
    for (const auto& folder : folders_of_path(path)) {
        std::string file = folder + "/" + std::string(name);
        const bool is_known = std::find(programs.begin(), programs.end(), file) != programs.end();
        if (!is_known && check_executable(file) == 0) programs.push_back(std::move(file));
    }
    return programs;
}

}  // namespace mcpm
