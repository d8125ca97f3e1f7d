#include "agent/watch/watched_folders.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace mcpm {

std::vector<std::string> watched_roots(const ServerSpec& spec, const std::string& own) {
    if (spec.watch.empty() || spec.type == ServerType::remote) return {};
    if (spec.type == ServerType::process) return {spec.cwd.empty() ? own : spec.cwd};
    std::vector<std::string> roots;
    for (const std::string& volume : spec.volumes) {
        std::string source = volume.substr(0, volume.find(':'));
        const bool is_new = std::find(roots.begin(), roots.end(), source) == roots.end();
        if (source.starts_with('/') && is_new) roots.push_back(std::move(source));
    }
    return roots;
}

FoundFolders find_watched_folders(const std::string& root, const std::string& from,
                                  const WatchPatterns& patterns, std::size_t most) {
    namespace fs = std::filesystem;
    FoundFolders found;
    std::vector<std::string> open{from};
    while (!open.empty()) {
        const std::string folder = std::move(open.back());
        open.pop_back();
        if (!patterns.may_hold(folder)) continue;
        if (found.folders.size() == most) {
            found.is_cut = true;
            break;
        }
        found.folders.push_back(folder);
        std::error_code failure;
        const std::string here = folder.empty() ? root : root + "/" + folder;
        for (fs::directory_iterator entry(here, failure), end; !failure && entry != end;
             entry.increment(failure)) {
            const std::string name = entry->path().filename().string();
            std::string path = folder.empty() ? name : folder + "/" + name;
            std::error_code unknown;
            if (fs::is_directory(entry->symlink_status(unknown)))
                open.push_back(std::move(path));
            else if (found.files.size() < most && patterns.matches(path))
                found.files.push_back(std::move(path));
        }
    }
    return found;
}

}  // namespace mcpm
