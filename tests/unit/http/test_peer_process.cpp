#include "agent/http/peer_process.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace mcpm::http;

TEST_CASE("The parent in a line of /proc/PID/stat is found behind any name") {
    CHECK(parent_in_stat("12 (sh) S 7 12 12 0") == 7);
    CHECK(parent_in_stat("12 (a) S 9 (b) R 7 12") == 7);
    CHECK(parent_in_stat("12 (sh") == 0);
    CHECK(parent_in_stat("") == 0);
    CHECK(parent_in_stat("12 (sh) S x") == 0);
}

TEST_CASE("The control group is the unified hierarchy's, else the first") {
    CHECK(cgroup_in("12:pids:/a\n0::/user.slice/b\n") == "/user.slice/b");
    CHECK(cgroup_in("12:pids:/a\n11:cpu,cpuacct:/c\n") == "/a");
    CHECK(cgroup_in("").empty());
}

TEST_CASE("A living process is looked at up to pid 1") {
    const auto own = look_at_process(::getpid());
    CHECK_FALSE(own.program.empty());
    REQUIRE(own.ancestry.size() >= 1);
    CHECK(own.ancestry[0] == ::getpid());
    if (own.ancestry.size() > 1) CHECK(own.ancestry[1] == ::getppid());
    CHECK(look_at_process(0).ancestry.empty());
}
