#include "agent/runtime/cgroup.hpp"
#include "agent/runtime/sweep.hpp"
#include "common/cgroup_mount.hpp"
#include "common/proc_stat.hpp"

#include <doctest/doctest.h>

#include <string>

namespace mcpm {

namespace {

const RunMarks marks{"house", "srv_aaaaaaaaaaaa", 3, "boot"};

RunTraces run() {
    RunTraces traces;
    traces.marks = marks;
    traces.leader = {100, 5000};
    traces.sessions = {100, 120};
    traces.seen = {{130, 5100}};
    traces.pipes = {777};
    return traces;
}

Orphan orphan(int pid, std::uint64_t start_time, int session) {
    Orphan one;
    one.stat = {pid, 'S', 1, session, session, start_time};
    return one;
}

// Another child of the keeper, older than everything here: nothing is ours by elimination.
const std::vector<std::uint64_t> company{10};

}  // namespace

TEST_CASE("A line of /proc/PID/stat is read whatever the program calls itself") {
    const std::string rest = " S 1 42 43 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 10\n";
    const auto stat = parse_proc_stat("42 (evil) R 9 (x)" + rest);
    REQUIRE(stat.has_value());
    CHECK(*stat == ProcStat{42, 'S', 1, 42, 43, 987654, 11, 10});
    CHECK(!parse_proc_stat("").has_value());
    CHECK(!parse_proc_stat("42 (x) S 1").has_value());
    CHECK(!parse_proc_stat("x (y)" + rest).has_value());
}

TEST_CASE("Markers are read from an environment, and only whole ones") {
    using namespace std::string_literals;
    const auto good = "A=b\0MCPM_OWNER=house\0MCPM_SERVER=srv_aaaaaaaaaaaa\0MCPM_RUN=3\0MCPM_BOOT=boot\0"s;
    CHECK(parse_marks(good) == marks);
    CHECK(!parse_marks("MCPM_OWNER=house\0MCPM_SERVER=srv_a\0MCPM_BOOT=boot\0"s).has_value());
    CHECK(!parse_marks("MCPM_OWNER=h\0MCPM_SERVER=s\0MCPM_RUN=3x\0MCPM_BOOT=b\0"s).has_value());
    CHECK(!parse_marks("XMCPM_OWNER=h\0MCPM_SERVER=s\0MCPM_RUN=3\0MCPM_BOOT=b\0"s).has_value());
    CHECK(!parse_marks("").has_value());
}

TEST_CASE("An orphan belongs to a run by its session or its group") {
    CHECK(belongs_to_run(orphan(200, 6000, 100), run(), company));
    Orphan grouped = orphan(200, 6000, 999);
    grouped.stat.group = 100;
    CHECK(belongs_to_run(grouped, run(), company));
}

TEST_CASE("An orphan belongs to a run when it, or its session, was seen in the run's tree") {
    CHECK(belongs_to_run(orphan(130, 5100, 130), run(), company));
    CHECK(belongs_to_run(orphan(200, 6000, 120), run(), company));
    CHECK(!belongs_to_run(orphan(130, 5101, 130), run(), company));  // the pid was given again
}

TEST_CASE("An orphan belongs to the run whose markers it carries, and to no other") {
    Orphan marked = orphan(200, 6000, 200);
    marked.marks = marks;
    CHECK(belongs_to_run(marked, run(), company));
    for (const RunMarks& other :
         {RunMarks{"another", marks.server_id, 3, "boot"}, RunMarks{"house", "srv_bbbbbbbbbbbb", 3, "boot"},
          RunMarks{"house", marks.server_id, 4, "boot"}, RunMarks{"house", marks.server_id, 3, "another"}}) {
        marked.marks = other;
        CHECK(!belongs_to_run(marked, run(), {}));
    }
}

TEST_CASE("An orphan belongs to the run whose pipe it holds") {
    Orphan holder = orphan(200, 6000, 200);
    holder.pipes = {5, 777};
    CHECK(belongs_to_run(holder, run(), company));
    holder.pipes = {5};
    CHECK(!belongs_to_run(holder, run(), company));
}

TEST_CASE("An orphan without any trace belongs to a run only when nothing else lived at its birth") {
    const Orphan stranger = orphan(200, 6000, 200);
    CHECK(belongs_to_run(stranger, run(), {}));
    CHECK(belongs_to_run(stranger, run(), {6001}));
    CHECK(!belongs_to_run(stranger, run(), {6000}));
    CHECK(!belongs_to_run(orphan(200, 4999, 200), run(), {}));  // older than the run
}

TEST_CASE("Our place among the cgroups is found in hybrid and in pure hierarchies") {
    CHECK(parse_own_cgroup("9:name=systemd:/x\n4:memory:/y\n0::/user.slice/a\n") == "/user.slice/a");
    CHECK(parse_own_cgroup("0::/") == "/");
    CHECK(!parse_own_cgroup("4:memory:/y\n").has_value());
    const auto mount = parse_cgroup_mount(
        "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
        "41 31 0:38 /box /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n");
    REQUIRE(mount.has_value());
    CHECK(mount->point == "/sys/fs/cgroup/unified");
    CHECK(mount->root == "/box");
    CHECK(!parse_cgroup_mount("31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n").has_value());
}

TEST_CASE("Without cgroups every asked limit is named as a shortcoming") {
    const CgroupTree none = CgroupTree::none("no cgroup v2 hierarchy on this machine");
    ResourceLimits limits;
    CHECK(none.shortcomings(limits).empty());
    limits.memory_bytes = 1;
    limits.cpus = 0.5;
    limits.pids = 3;
    const auto texts = none.shortcomings(limits);
    REQUIRE(texts.size() == 3);
    CHECK(texts[1] == "cpu limit not enforced: no cgroup v2 hierarchy on this machine");
    CHECK(none.create("x", limits).has_error());
}

}  // namespace mcpm
