// A Supervisor with real logs and a real store in a temporary folder, and scripted instances.
#pragma once

#include "agent/supervisor/supervisor.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/scripted_runtime.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

/// A failed check shows the error, and needs no output operator for the value.
template <typename T>
struct doctest::StringMaker<mcpm::Result<T>> {
    static String convert(const mcpm::Result<T>& result) {
        return result ? "success" : result.error().message.c_str();
    }
};

namespace mcpm::test {

inline Timing quick() {
    Timing timing;
    timing.close_input = Duration(30);
    timing.kill_grace = Duration(200);
    timing.backoff_first = Duration(20);
    timing.backoff_ceiling = Duration(200);
    timing.clean_up_again = Duration(20);
    timing.sweep_limit = Duration(500);
    timing.drain_limit = Duration(500);
    return timing;
}

class SupervisedHouse {
  public:
    SupervisedHouse() {
        std::string name = (std::filesystem::temp_directory_path() / "mcpm-supervisor-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder = name;
        open();
    }
    ~SupervisedHouse() {
        close(Supervisor::Servers::stop);
        std::filesystem::remove_all(folder);
    }
    SupervisedHouse(const SupervisedHouse&) = delete;
    SupervisedHouse& operator=(const SupervisedHouse&) = delete;

    template <typename T>
    T run(Task<T> task) {
        return run_to_end(loop, std::move(task));
    }

    void open() {
        auto opened = run(StateStore::open(loop, folder / "mcpm.db"));
        store = std::move(opened.value().store);
        logs = std::make_unique<LogStore>(loop, folder / "logs", LogLimits{},
                                          [](const std::string&, const std::string&) {});
    }
    /// Opens the supervisor; before it, scripts and instances to adopt may be set.
    void supervise() {
        SupervisorOptions options;
        options.timing = timing;
        options.start_concurrency = start_concurrency;
        supervisor = std::make_unique<Supervisor>(loop, runtime, *logs, *store, hooks(), options);
        const auto opened = run(supervisor->open());
        opened.value();
    }
    void close(Supervisor::Servers servers) {
        if (supervisor) run(supervisor->close(servers));
        if (logs) run(logs->close());  // captures use the instances' records, which the supervisor owns
        supervisor.reset();
        logs.reset();
        if (store) run(store->close());
        store.reset();
    }
    /// The agent ends and the next one begins. Servers are stopped, or what `leave` left is forgotten.
    void reopen(Supervisor::Servers servers) {
        close(servers);
        open();
    }

    SupervisorHooks hooks() {
        SupervisorHooks made;
        made.plan = [](std::string, ServerSpec spec, std::uint64_t) { return plan_of(std::move(spec)); };
        made.attached = [this](const std::string& id, const ServerSpec&, Instance& instance, bool resumed) {
            attached.push_back(id + (resumed ? " resumed" : ""));
            if (ready_at_once) supervisor->report_ready(id, instance.run());
        };
        made.input_closing = [this](const std::string& id, std::uint64_t) {
            attached.push_back(id + " closing");
        };
        made.detached = [this](const std::string& id, std::uint64_t, const Exit&) { detached.push_back(id); };
        return made;
    }
    static Task<Result<LaunchPlan>> plan_of(ServerSpec spec) {
        LaunchPlan plan;
        const auto& command = std::get<CommandSource>(spec.source);
        plan.words = {command.program};
        for (const auto& argument : command.arguments) plan.words.push_back(argument);
        plan.what = ProgramPlan{command.program, plan.words, {}, {}, {}};
        co_return plan;
    }

    static ServerSpec spec(const std::string& name, Transport transport = Transport::none) {
        ServerSpec made;
        made.name = name;
        made.source = CommandSource{"/bin/" + name, {}};
        made.transport = transport;
        made.stop_timeout = Duration(100);
        made.start_timeout = Duration(200);
        return made;
    }
    /// Defines a server and gives its id.
    std::string define(ServerSpec made) {
        const auto view = run(supervisor->create(std::move(made), "uid:1000"));
        return view.value().id;
    }
    std::string define(const std::string& name) { return define(spec(name)); }
    ServerStatus status(const std::string& name) { return supervisor->find(name).value().status; }
    /// Turns the loop until the condition holds; false after twenty seconds.
    template <typename Condition>
    bool until(Condition condition) {
        const auto end = Clock::now() + std::chrono::seconds(20);
        while (!condition() && Clock::now() < end) {
            loop.restart();
            loop.run_for(std::chrono::milliseconds(2));
        }
        return condition();
    }
    std::vector<std::string> event_types() {
        std::vector<std::string> types;
        for (const Event& event : supervisor->events().read(0, 10'000).items) types.push_back(event.type);
        return types;
    }

    std::filesystem::path folder;
    Loop loop{1};
    ScriptedWorld world{loop};
    ScriptedRuntime runtime{world};
    Timing timing = quick();
    unsigned start_concurrency = 16;
    bool ready_at_once = true;
    std::vector<std::string> attached, detached;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<Supervisor> supervisor;
};

/// With a supervisor from the beginning, asked by one user.
struct House : SupervisedHouse {
    House() { supervise(); }
    Result<ServerView> start(const std::string& name) { return run(supervisor->start(name, "uid:1000")); }
    Result<ServerView> stop(const std::string& name) { return run(supervisor->stop(name, "uid:1000")); }
    Result<ServerView> restart(const std::string& name) { return run(supervisor->restart(name, "uid:1000")); }
    void crash(const std::string& id) { world.instances.at(id)->end(Exit{{}, SIGKILL, false, now_utc()}); }
};

inline bool has(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

inline std::ptrdiff_t place(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) - all.begin();
}

}  // namespace mcpm::test
