// The Runtime with a real keeper: launch, wait, terminate, kill, sweep, adopt; with cgroups where this
// machine has them, and without.
#include "agent/handover/run_facts.hpp"
#include "agent/runtime/process_runtime.hpp"
#include "agent/runtime/sweep.hpp"
#include "tests/support/kept_children.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

namespace mcpm {

namespace {

using namespace test;
using namespace std::chrono_literals;

enum class Cgroups { used, absent };

std::string unique_data_id() {
    static int number = 0;
    return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
}

struct House {
    explicit House(Cgroups wanted) : cgroups(wanted) { open(); }
    ~House() {
        runtime.reset();
        if (cgroups == Cgroups::absent) return;
        const std::string root = "/sys/fs/cgroup/unified/mcpm-" + owner_id;
        ::rmdir(root.c_str());
        ::rmdir(("/sys/fs/cgroup/mcpm-" + owner_id).c_str());
    }

    void open() {
        link = connect(loop, house);
        auto tree = cgroups == Cgroups::used ? CgroupTree::find(owner_id, link->keeper_pid())
                                             : CgroupTree::none("not wanted");
        has_cgroups = tree.is_usable();
        runtime = std::make_unique<ProcessRuntime>(loop, *link, owner_id, std::move(tree));
    }
    void next_agent() {
        runtime.reset();
        link.reset();
        house.kill_agent();
        open();
    }
    LaunchPlan plan(const std::string& fixture, std::vector<std::string> arguments = {}) {
        LaunchPlan wanted;
        wanted.server_id = "srv_abcdefghijkl";
        wanted.run = ++runs;
        ProgramPlan program{KeptHouse::fixture(fixture), {fixture}, {{"PATH", "/usr/bin:/bin"}}, "/", {}};
        program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
        wanted.what = std::move(program);
        return wanted;
    }
    std::unique_ptr<Instance> launch(const std::string& fixture, std::vector<std::string> arguments = {}) {
        auto instance = run_to_end(loop, runtime->launch(plan(fixture, std::move(arguments))));
        REQUIRE(instance.has_value());
        return std::move(*instance);
    }
    Exit wait(Instance& instance) { return run_to_end(loop, instance.wait()); }
    unsigned sweep(Instance& instance) {
        auto swept = run_to_end(loop, instance.sweep(5s));
        REQUIRE_MESSAGE(swept.has_value(), (swept.has_error() ? swept.error().message : ""));
        return *swept;
    }

    Cgroups cgroups;
    std::string owner_id = unique_data_id();
    KeptHouse house;
    Loop loop;
    std::unique_ptr<KeeperLink> link;
    std::unique_ptr<ProcessRuntime> runtime;
    bool has_cgroups = false;
    std::uint64_t runs = 0;
};

int escaped_pid(Instance& instance) {
    const std::string text = read_until(instance.pipes().error_output.get(), "\n");
    REQUIRE(text.starts_with("escaped "));
    return std::stoi(text.substr(8));
}

}  // namespace

TEST_CASE("A launched server has its markers, and its exit and end are known") {
    for (const Cgroups cgroups : {Cgroups::used, Cgroups::absent}) {
        CAPTURE(static_cast<int>(cgroups));
        House house(cgroups);
        auto instance = house.launch("echo_stdin");
        // The kernel shows the new environment a moment after the start was answered.
        std::optional<RunMarks> marks;
        REQUIRE(becomes_true([&] { return (marks = read_marks(*instance->pid())).has_value(); }));
        CHECK(*marks == RunMarks{house.owner_id, "srv_abcdefghijkl", 1, read_boot_id()});
        CHECK(instance->run() == 1);
        REQUIRE(::write(instance->pipes().input.get(), "hi\n", 3) == 3);
        CHECK(read_until(instance->pipes().output.get(), "\n") == "hi\n");
        instance->close_input();
        CHECK(house.wait(*instance).code == 0);
        CHECK(house.wait(*instance).code == 0);
        CHECK(house.sweep(*instance) == 0);
        CHECK(becomes_true([&] { return ::kill(*instance->pid(), 0) < 0; }));
    }
}

TEST_CASE("A server that cannot be launched says stage and errno, and leaves no cgroup") {
    House house(Cgroups::used);
    auto failed = run_to_end(house.loop, house.runtime->launch(house.plan("no_such_program")));
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == ErrorCode::cannot_launch);
    CHECK(failed.error().details.json() == R"({"stage":"exec","errno":"ENOENT"})");
    CHECK(CgroupTree::find(house.owner_id, -1).names().empty());
    LaunchPlan evil = house.plan("exiter");
    evil.server_id = "../../evil";
    CHECK(run_to_end(house.loop, house.runtime->launch(evil)).has_error());
}

TEST_CASE("A stubborn server outlives TERM and not KILL") {
    for (const Cgroups cgroups : {Cgroups::used, Cgroups::absent}) {
        CAPTURE(static_cast<int>(cgroups));
        House house(cgroups);
        auto instance = house.launch("stubborn");
        CHECK(read_until(instance->pipes().error_output.get(), "\n") == "ready\n");
        instance->terminate();
        ::usleep(50'000);
        CHECK(KeptHouse::is_alive(*instance->pid()));
        instance->kill();
        CHECK(house.wait(*instance).signal == SIGKILL);
        CHECK(house.sweep(*instance) == 0);
    }
}

TEST_CASE("A frozen server ends on TERM") {
    House house(Cgroups::absent);
    auto instance = house.launch("frozen");
    CHECK(read_until(instance->pipes().error_output.get(), "\n") == "ready\n");
    ::usleep(20'000);
    instance->terminate();
    CHECK(house.wait(*instance).signal == SIGTERM);
    house.sweep(*instance);
}

TEST_CASE("An escapee is found and ended, with and without its environment, stopped or crashed") {
    for (const Cgroups cgroups : {Cgroups::used, Cgroups::absent}) {
        for (const bool clear : {false, true}) {
            for (const bool leave : {false, true}) {
                CAPTURE(clear);
                CAPTURE(leave);
                House house(cgroups);
                std::vector<std::string> arguments;
                if (clear) arguments.push_back("--clear");
                if (leave) arguments.push_back("--leave");
                auto instance = house.launch("escaper", arguments);
                const int escaped = escaped_pid(*instance);
                if (!leave) instance->terminate();
                house.wait(*instance);
                CHECK(KeptHouse::is_alive(escaped));
                CHECK(house.sweep(*instance) >= 1);  // or one more, caught between its two forks
                CHECK(!KeptHouse::is_alive(escaped));
            }
        }
    }
}

TEST_CASE("An escapee of another server that lives is left alone") {
    House house(Cgroups::absent);
    auto other = house.launch("escaper", {"--clear"});
    const int others_child = escaped_pid(*other);
    auto instance = house.launch("escaper", {"--clear"});
    const int own_child = escaped_pid(*instance);
    instance->terminate();
    house.wait(*instance);
    CHECK(house.sweep(*instance) >= 1);
    CHECK(!KeptHouse::is_alive(own_child));
    CHECK(KeptHouse::is_alive(others_child));
    other->kill();
    house.wait(*other);
    house.sweep(*other);
    CHECK(!KeptHouse::is_alive(others_child));
}

TEST_CASE("Without a cgroup a daemon that gave up everything is still its server's, and nobody else's") {
    for (const bool leave : {false, true}) {
        CAPTURE(leave);
        House house(Cgroups::absent);
        auto other = house.launch("escaper", {"--bare"});
        const int others_child = escaped_pid(*other);
        auto instance = house.launch("escaper", {"--bare", leave ? "--leave" : "--stay"});
        const int own_child = escaped_pid(*instance);
        auto third = house.launch("echo_stdin");  // it was there, too
        REQUIRE(becomes_true([&] { return KeptHouse::open_descriptors(own_child) == 0; }));
        if (!leave) instance->terminate();
        house.wait(*instance);
        CHECK(KeptHouse::is_alive(own_child));
        CHECK(house.sweep(*instance) >= 1);
        CHECK(!KeptHouse::is_alive(own_child));
        CHECK(instance->may_be_left().empty());
        CHECK(KeptHouse::is_alive(others_child));
        // Also for the agent after this one.
        other.reset();
        third.reset();
        house.next_agent();
        auto adopted = run_to_end(house.loop, house.runtime->adopt());
        REQUIRE(adopted.has_value());
        REQUIRE(adopted->instances.size() == 2);
        for (auto& again : adopted->instances) {
            again->kill();
            CHECK(house.wait(*again).signal == SIGKILL);
            house.sweep(*again);
            CHECK(again->may_be_left().empty());
        }
        CHECK(!KeptHouse::is_alive(others_child));
    }
}

TEST_CASE("A warden that is killed takes its server with it, and what may be left is named") {
    House house(Cgroups::absent);
    auto other = house.launch("echo_stdin");
    auto instance = house.launch("escaper", {"--bare"});
    const int child = escaped_pid(*instance);
    REQUIRE(becomes_true([&] { return KeptHouse::open_descriptors(child) == 0; }));
    const auto stat = read_proc_stat(*instance->pid());
    REQUIRE(stat.has_value());
    REQUIRE(stat->parent != house.house.keeper_pid());
    ::kill(stat->parent, SIGKILL);
    CHECK(house.wait(*instance).signal == SIGKILL);
    // The look at it may come while the kernel still shows whose child it was.
    const bool proven = house.sweep(*instance) == 1;
    CHECK(KeptHouse::is_alive(child) != proven);
    const auto left = instance->may_be_left();
    REQUIRE(left.size() == (proven ? 0 : 1));
    CHECK((proven || left[0].starts_with(std::to_string(child) + " (")));
    if (!proven) ::kill(child, SIGKILL);
    other->kill();
    house.wait(*other);
    house.sweep(*other);
}

TEST_CASE("Nothing is left of a server that forks without end") {
    for (const Cgroups cgroups : {Cgroups::used, Cgroups::absent}) {
        CAPTURE(static_cast<int>(cgroups));
        House house(cgroups);
        auto instance = house.launch("forker", {"0"});
        CHECK(read_until(instance->pipes().error_output.get(), "\n") == "ready\n");
        const std::uint64_t pipe = pipe_number(instance->pipes().error_output.get());
        ::usleep(30'000);
        instance->kill();
        house.wait(*instance);
        house.sweep(*instance);
        for (const int pid : all_pids()) {
            if (pid == ::getpid()) continue;
            const auto marks = read_marks(pid);
            CHECK(!(marks && marks->owner == house.owner_id));
            CHECK(!(pid != house.house.keeper_pid() && pipes_of(pid).contains(pipe)));
        }
    }
}

TEST_CASE("The next agent adopts what runs, with its record, and ends what nobody owns") {
    for (const Cgroups cgroups : {Cgroups::used, Cgroups::absent}) {
        CAPTURE(static_cast<int>(cgroups));
        House house(cgroups);
        auto instance = house.launch("escaper");
        const int escaped = escaped_pid(*instance);
        const int pid = *instance->pid();
        const Timestamp started_at = instance->started_at();
        REQUIRE(instance->facts().set_session("{\"era\":1}").has_value());
        instance->facts().set_carry(OutputStream::standard_output, "half a li");
        // What an earlier keeper of ours left behind, and what one of another data folder did.
        const auto stray = [&](const std::string& owner) {
            const int child = ::fork();
            if (child != 0) return child;
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            const std::string program = KeptHouse::fixture("stubborn");
            const std::string marks[] = {"MCPM_OWNER=" + owner, "MCPM_SERVER=srv_zzzzzzzzzzzz", "MCPM_RUN=7",
                                         "MCPM_BOOT=" + read_boot_id()};
            const char* const arguments[] = {"stubborn", nullptr};
            const char* const variables[] = {marks[0].c_str(), marks[1].c_str(), marks[2].c_str(),
                                             marks[3].c_str(), nullptr};
            ::execve(program.c_str(), const_cast<char**>(arguments), const_cast<char**>(variables));
            ::_exit(127);
        };
        const int ours = stray(house.owner_id);
        const int foreign = stray("another-folder");
        REQUIRE(
            becomes_true([&] { return read_marks(ours).has_value() && read_marks(foreign).has_value(); }));
        instance.reset();
        house.next_agent();
        auto adopted = run_to_end(house.loop, house.runtime->adopt());
        REQUIRE(adopted.has_value());
        REQUIRE(adopted->instances.size() == 1);
        CHECK(adopted->ended == 1);
        CHECK(!KeptHouse::is_alive(ours));
        CHECK(KeptHouse::is_alive(foreign));
        CHECK(KeptHouse::is_alive(escaped));
        ::kill(foreign, SIGKILL);
        ::waitpid(foreign, nullptr, 0);
        ::waitpid(ours, nullptr, 0);
        Instance& again = *adopted->instances[0];
        CHECK(again.pid() == pid);
        CHECK(again.server_id() == "srv_abcdefghijkl");
        CHECK(again.run() == 1);
        CHECK(again.started_at() == started_at);
        CHECK(again.facts().session() == "{\"era\":1}");
        CHECK(again.facts().carry(OutputStream::standard_output) == "half a li");
        again.close_input();
        CHECK(house.wait(again).code == 0);
        CHECK(house.sweep(again) == 1);
        CHECK(!KeptHouse::is_alive(escaped));
    }
}

TEST_CASE("When the keeper is killed, a server without a cgroup leaves nothing behind") {
    for (const char* kind : {"--stay", "--clear", "--bare"}) {
        CAPTURE(kind);
        House house(Cgroups::absent);
        auto instance = house.launch("escaper", {kind});
        const int escaped = escaped_pid(*instance);
        const int pid = *instance->pid();
        instance.reset();
        ::kill(house.house.keeper_pid(), SIGKILL);
        house.house.wait_keeper();
        CHECK(becomes_true([&] { return !KeptHouse::is_alive(pid) && !KeptHouse::is_alive(escaped); }));
    }
}

TEST_CASE("After keeper, agent and warden were killed, the next start ends what escaped") {
    for (const Cgroups cgroups : {Cgroups::used, Cgroups::absent}) {
        CAPTURE(static_cast<int>(cgroups));
        House house(cgroups);
        auto instance = house.launch("escaper");
        const int escaped = escaped_pid(*instance);
        const int pid = *instance->pid();
        const auto stat = read_proc_stat(pid);
        REQUIRE(stat.has_value());
        if (stat->parent != house.house.keeper_pid()) {
            ::kill(stat->parent, SIGKILL);
            house.wait(*instance);
        }
        instance.reset();
        ::kill(house.house.keeper_pid(), SIGKILL);
        house.house.wait_keeper();
        CHECK(becomes_true([&] { return !KeptHouse::is_alive(pid); }));
        CHECK(KeptHouse::is_alive(escaped));
        House next(cgroups);
        auto tree =
            cgroups == Cgroups::used ? CgroupTree::find(house.owner_id, -1) : CgroupTree::none("not wanted");
        ProcessRuntime runtime(next.loop, *next.link, house.owner_id, std::move(tree));
        auto adopted = run_to_end(next.loop, runtime.adopt());
        REQUIRE(adopted.has_value());
        CHECK(adopted->ended == 1);
        CHECK(becomes_true([&] { return !KeptHouse::is_alive(escaped); }));
    }
}

TEST_CASE("Limits that cannot be held are said, and those that can are held") {
    House house(Cgroups::absent);
    ResourceLimits limits;
    limits.memory_bytes = 1 << 26;
    limits.pids = 10;
    limits.open_files = 64;
    ServerSpec spec;
    spec.resources = limits;
    const auto texts = house.runtime->shortcomings(spec);
    REQUIRE(texts.size() == 2);
    CHECK(texts[0] == "memory limit not enforced: not wanted");
    LaunchPlan plan = house.plan("");
    plan.what = ProgramPlan{"/bin/sh", {"sh", "-c", "ulimit -n"}, {{"PATH", "/usr/bin:/bin"}}, "/", limits};
    auto instance = run_to_end(house.loop, house.runtime->launch(plan));
    REQUIRE(instance.has_value());
    CHECK(read_until((*instance)->pipes().output.get(), "\n") == "64\n");
    house.wait(**instance);
    house.sweep(**instance);
}

}  // namespace mcpm
