// Where the tree of cgroup v2 is mounted. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcpm {

struct CgroupMount {
    std::string point;  // "/sys/fs/cgroup"
    std::string root;   // which cgroup is at the point: "/", or another one in a container
};

/// Of the text of /proc/PID/mountinfo; nothing where there is none, be it beside v1.
std::optional<CgroupMount> parse_cgroup_mount(std::string_view mountinfo);

}  // namespace mcpm
