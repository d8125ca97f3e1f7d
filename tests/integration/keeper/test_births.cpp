// A real keeper and real children; the test is the agent: birth, pipes, failures, end.
#include "tests/support/kept_children.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>

namespace mcpm {

namespace {

using namespace test;

Error spawn_error(Loop& loop, KeeperLink& link, SpawnRequest wanted) {
    auto child = run_to_end(loop, link.spawn(std::move(wanted)));
    REQUIRE(child.has_error());
    CHECK(child.error().code == ErrorCode::cannot_launch);
    return child.error();
}

std::string failure(const char* stage, const char* name) {
    return std::string(R"({"stage":")") + stage + R"(","errno":")" + name + R"("})";
}

std::string executable(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0755);
    return path;
}

}  // namespace

TEST_CASE("A child is started with its pipes, its folder and its environment, and its exit code comes back") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    CHECK(link->keeper_pid() == house.keeper_pid());
    CHECK(link->take_kept_children().empty());
    SpawnRequest wanted = request("");
    wanted.program = "/bin/sh";
    wanted.arguments = {"sh", "-c", "read x; echo \"$x $GREETING $PWD\"; echo oops >&2; exit 7"};
    wanted.cwd = house.folder();
    KeptChild child = spawn(loop, *link, std::move(wanted));
    CHECK(child.pid > 0);
    CHECK(child.start_time > 0);
    REQUIRE(::write(child.descriptors.input.get(), "you\n", 4) == 4);
    CHECK(read_until(child.descriptors.output.get(), "\n") == "you hello " + house.folder() + "\n");
    CHECK(read_until(child.descriptors.error_output.get(), "\n") == "oops\n");
    const Exit exit = run_to_end(loop, link->wait_exit(child.handle));
    CHECK(exit.code == 7);
    CHECK(!exit.signal);
    link->release(child.handle);
}

TEST_CASE("A failed start says its stage and errno, and leaves no descriptor behind") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    const auto before = KeptHouse::open_descriptors(house.keeper_pid());
    CHECK(spawn_error(loop, *link, request("no_such_program")).details.json() == failure("exec", "ENOENT"));
    SpawnRequest wanted = request("exiter");
    wanted.program = "/etc";
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("exec", "EACCES"));
    wanted = request("exiter");
    wanted.program = executable(house.folder() + "/script", "#!/no/such/interpreter\n");
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("exec", "ENOENT"));
    wanted = request("exiter");
    wanted.program = executable(house.folder() + "/binary", "\177ELFnot really");
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("exec", "ENOEXEC"));
    wanted = request("exiter");
    wanted.cwd = "/no/such/folder";
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("cwd", "ENOENT"));
    wanted = request("exiter");
    wanted.limits = {{999, 1}};
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("limits", "EINVAL"));
    wanted = request("exiter");
    wanted.cgroup.reset(::open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("cgroup", "ENOENT"));
    wanted = request("exiter", {std::string("a\0b", 3)});
    CHECK(spawn_error(loop, *link, std::move(wanted)).details.json() == failure("request", "EINVAL"));
    CHECK(KeptHouse::open_descriptors(house.keeper_pid()) == before);
}

TEST_CASE("A child gets nothing but its three descriptors, default signals and the limits asked for") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    const auto output_of = [&](std::vector<std::string> arguments) {
        SpawnRequest wanted = request("");
        wanted.program = "/bin/" + arguments.front();
        wanted.arguments = std::move(arguments);
        wanted.limits = {{RLIMIT_NOFILE, 77}};
        KeptChild child = spawn(loop, *link, std::move(wanted));
        std::string text = read_until(child.descriptors.output.get(), "");
        run_to_end(loop, link->wait_exit(child.handle));
        link->release(child.handle);
        return text;
    };
    CHECK(output_of({"ls", "/proc/self/fd"}) == "0\n1\n2\n3\n");  // 3 is the folder that ls reads
    CHECK(output_of({"sh", "-c", "ulimit -n"}) == "77\n");
    CHECK(output_of({"grep", "-E", "SigBlk|SigIgn", "/proc/self/status"}) ==
          "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("A zombie reserves its pid until it is released") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("exiter", {"-9"}));
    CHECK(run_to_end(loop, link->wait_exit(child.handle)).signal == SIGKILL);
    CHECK(::kill(child.pid, 0) == 0);
    link->release(child.handle);
    CHECK(becomes_true([&] { return ::kill(child.pid, 0) < 0; }));
    CHECK(!run_to_end(loop, link->wait_exit(child.handle)).code);
}

TEST_CASE("A hundred children asked for at once are all born, and nothing leaks when they are released") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    const auto before = KeptHouse::open_descriptors(house.keeper_pid());
    const auto mine = KeptHouse::open_descriptors(::getpid());
    std::vector<KeptChild> children;
    unsigned failed = 0;
    const auto started = std::chrono::steady_clock::now();
    for (int count = 0; count < 100; ++count) {
        asio::co_spawn(loop.get_executor(), link->spawn(request("echo_stdin")),
                       [&](const std::exception_ptr& thrown, Result<KeptChild> child) {
                           if (thrown || !child) {
                               ++failed;
                           } else {
                               children.push_back(std::move(*child));
                           }
                       });
    }
    loop.restart();
    while (children.size() + failed < 100) loop.run_one();
    const auto took = std::chrono::steady_clock::now() - started;
    MESSAGE("100 spawns in " << std::chrono::duration_cast<std::chrono::microseconds>(took).count() << " us");
    REQUIRE(failed == 0);
    for (const auto& child : children) {
        CHECK(KeptHouse::is_alive(child.pid));
        link->signal(child.handle, SIGTERM, SignalScope::group);
    }
    for (const auto& child : children) {
        CHECK(run_to_end(loop, link->wait_exit(child.handle)).signal == SIGTERM);
        link->release(child.handle);
    }
    children.clear();
    CHECK(becomes_true([&] { return KeptHouse::open_descriptors(house.keeper_pid()) == before; }));
    CHECK(KeptHouse::open_descriptors(::getpid()) == mine);
}

TEST_CASE("Ended orphans are reaped, also while a zombie is kept") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild kept = spawn(loop, *link, request("exiter", {"0"}));
    run_to_end(loop, link->wait_exit(kept.handle));
    KeptChild escaper = spawn(loop, *link, request("escaper"));
    const std::string text = read_until(escaper.descriptors.error_output.get(), "\n");
    const int escaped = std::stoi(text.substr(8));
    ::kill(escaped, SIGKILL);
    CHECK(becomes_true([&] { return ::kill(escaped, 0) < 0; }));
    CHECK(::kill(kept.pid, 0) == 0);
}

}  // namespace mcpm
