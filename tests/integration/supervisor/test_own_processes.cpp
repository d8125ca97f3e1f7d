// Clients' own processes as real children of a real keeper.
#include "agent/runtime/process_runtime.hpp"
#include "agent/supervisor/own_run.hpp"
#include "common/log_reader.hpp"
#include "tests/support/kept_children.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct RealHouse {
    RealHouse() { open(); }
    ~RealHouse() { close(Supervisor::Servers::stop); }

    template <typename T>
    T run(Task<T> task) {
        return run_to_end(loop, std::move(task));
    }
    void open() {
        link = connect(loop, kept);
        runtime = std::make_unique<ProcessRuntime>(loop, *link, owner_id, CgroupTree::none("not wanted"));
        store = std::move(run(StateStore::open(loop, folder() / "mcpm.db")).value().store);
        logs = std::make_unique<LogStore>(loop, folder() / "logs", LogLimits{},
                                          [](const std::string&, const std::string&) {});
        supervisor = std::make_unique<Supervisor>(loop, *runtime, *logs, *store, hooks());
        run(supervisor->open()).value();
    }
    void close(Supervisor::Servers servers) {
        if (!supervisor) return;
        run(supervisor->close(servers));
        run(logs->close());
        supervisor.reset();
        logs.reset();
        run(store->close());
        store.reset();
        runtime.reset();
        link.reset();
    }
    SupervisorHooks hooks() {
        SupervisorHooks made;
        made.plan = [](std::string, ServerSpec spec, std::uint64_t) { return plan_of(std::move(spec)); };
        made.attached = [this](const std::string& id, const ServerSpec&, Instance& instance, bool) {
            shared_pid = *instance.pid();
            supervisor->report_ready(id, instance.run());
        };
        return made;
    }
    static Task<Result<LaunchPlan>> plan_of(ServerSpec spec) {
        LaunchPlan plan;
        const std::string& program = std::get<CommandSource>(spec.source).program;
        plan.what = ProgramPlan{program, {program}, {{"PATH", "/usr/bin:/bin"}}, "/", {}};
        plan.words = {program};
        co_return plan;
    }
    std::string start(const std::string& fixture) {
        ServerSpec spec;
        spec.name = "web";
        spec.source = CommandSource{KeptHouse::fixture(fixture), {}};
        spec.stop_timeout = std::chrono::milliseconds(500);
        const auto id = run(supervisor->create(std::move(spec), "uid:1000")).value().id;
        run(supervisor->start("web", "uid:1000")).value();
        return id;
    }
    std::unique_ptr<OwnRun> launch() {
        auto own = run(supervisor->launch_own("web", "client A", {}));
        REQUIRE(own.has_value());
        return std::move(*own);
    }
    int pid_of_private() {
        const auto shown = supervisor->find("web").value().status.own_runs;
        REQUIRE(shown.size() == 1);
        return *shown.front().pid;
    }
    std::filesystem::path folder() const { return kept.folder(); }

    KeptHouse kept;
    Loop loop{1};
    std::string owner_id = "own-" + std::to_string(::getpid());
    int shared_pid = 0;
    std::unique_ptr<KeeperLink> link;
    std::unique_ptr<ProcessRuntime> runtime;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<Supervisor> supervisor;
};

std::vector<std::string> lines_of_run(const std::filesystem::path& folder, std::int64_t run) {
    LogQuery query;
    query.run = run;
    query.notes = false;
    std::vector<std::string> lines;
    const auto read = LogReader(folder).read(query, [&](const LogLine& line) {
        lines.emplace_back(line.text);
        return true;
    });
    REQUIRE(read.has_value());
    return lines;
}

}  // namespace

TEST_CASE("A client talks to a process of its own, and a stop of the server ends both") {
    RealHouse house;
    house.start("echo_stdin");
    const auto own = house.launch();
    const int pid = house.pid_of_private();
    CHECK(pid != house.shared_pid);
    REQUIRE(::write(own->pipes().input.get(), "hi\n", 3) == 3);
    CHECK(read_until(own->pipes().output.get(), "\n") == "hi\n");
    REQUIRE(house.run(house.supervisor->stop("web", "uid:1000")).has_value());
    CHECK_FALSE(KeptHouse::is_alive(pid));
    CHECK_FALSE(KeptHouse::is_alive(house.shared_pid));
    CHECK_FALSE(own->is_running());
}

TEST_CASE("What escapes from an own process is ended with it, and its lines stand under its run") {
    RealHouse house;
    const auto id = house.start("escaper");
    const auto own = house.launch();
    const auto folder = house.logs->folder_of(id);
    const auto own_run = static_cast<std::int64_t>(own->run());
    while (lines_of_run(folder, own_run).empty() || lines_of_run(folder, 1).empty()) {
        house.loop.restart();
        house.loop.run_for(std::chrono::milliseconds(5));
    }
    const auto said = lines_of_run(folder, own_run);
    REQUIRE(said.size() == 1);
    REQUIRE(said.front().starts_with("escaped "));
    const int escaped = std::stoi(said.front().substr(8));
    CHECK(KeptHouse::is_alive(escaped));
    REQUIRE(house.run(own->stop()).has_value());
    CHECK_FALSE(KeptHouse::is_alive(escaped));
    const auto of_server = lines_of_run(folder, 1);
    REQUIRE(of_server.size() == 1);
    CHECK(of_server.front() != said.front());
    CHECK(KeptHouse::is_alive(std::stoi(of_server.front().substr(8))));
    CHECK(KeptHouse::is_alive(house.shared_pid));
}

TEST_CASE("The next agent takes the server over and ends the processes of clients that are gone") {
    RealHouse house;
    house.start("echo_stdin");
    auto own = house.launch();
    const int pid = house.pid_of_private();
    const int shared = house.shared_pid;
    house.close(Supervisor::Servers::leave);
    own.reset();
    house.kept.kill_agent();
    house.open();
    CHECK(house.shared_pid == shared);
    CHECK(KeptHouse::is_alive(shared));
    CHECK(becomes_true([&] {
        house.loop.restart();
        house.loop.run_for(std::chrono::milliseconds(2));
        return !KeptHouse::is_alive(pid);
    }));
    CHECK(house.supervisor->find("web").value().status.own_runs.empty());
}
