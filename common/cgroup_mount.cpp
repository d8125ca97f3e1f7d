#include "common/cgroup_mount.hpp"

#include "common/words.hpp"

namespace mcpm {

std::optional<CgroupMount> parse_cgroup_mount(std::string_view mountinfo) {
    while (!mountinfo.empty()) {
        const auto line = take_line(mountinfo);
        const auto dash = line.find(" - cgroup2 ");
        if (dash == std::string_view::npos) continue;
        const auto words = split_words(line.substr(0, dash));  // id, parent, device, root, mount point
        if (words.size() >= 5) return CgroupMount{words[4], words[3]};
    }
    return std::nullopt;
}

}  // namespace mcpm
