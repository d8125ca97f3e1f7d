#include "agent/runtime/cgroup.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <string>

using namespace mcpm;

namespace {

std::string own_id() {
    return "test-own-" + std::to_string(::getpid());
}

/// The folder of what was found; empty where it is not at the top of the hierarchy.
std::filesystem::path folder_of(const CgroupTree& tree) {
    if (!tree.is_usable()) return {};
    for (const char* top : {"/sys/fs/cgroup/unified/mcpm-", "/sys/fs/cgroup/mcpm-"})
        if (std::filesystem::exists(top + own_id())) return top + own_id();
    return {};
}

}  // namespace

TEST_CASE("At the agent's end its cgroup goes, and stays while that of a run is in it") {
    const CgroupTree tree = CgroupTree::find(own_id(), -1);
    const auto folder = folder_of(tree);
    if (folder.empty()) {
        MESSAGE("left out: no cgroup at the top of this machine's hierarchy is ours");
        return;
    }
    const auto run = tree.create("srv_abcdefghijkl-1", {});
    REQUIRE(run.has_value());
    tree.leave();
    CHECK(std::filesystem::exists(folder));
    CHECK(run->remove());
    tree.leave();
    CHECK(!std::filesystem::exists(folder));
}

TEST_CASE("A cgroup of somebody else's that has our name is not taken for ours") {
    const CgroupTree tree = CgroupTree::find(own_id(), -1);
    if (folder_of(tree).empty() || ::geteuid() != 0) {
        MESSAGE("left out: needs root, and a cgroup at the top of this machine's hierarchy");
        return;
    }
    constexpr uid_t nobody = 65534;
    REQUIRE(::seteuid(nobody) == 0);
    const bool is_usable = CgroupTree::find(own_id(), -1).is_usable();
    REQUIRE(::seteuid(0) == 0);
    CHECK(!is_usable);
    tree.leave();
}
