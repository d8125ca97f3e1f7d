// A Runtime whose instances do what a script says instead of running a program: no process, but real pipes.
// Counts what was asked of it, and fails the test's checks by counting a second instance of one server.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/runtime/runtime.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::test {

/// What an instance does. Times are those of the real loop: keep them short.
struct Script {
    std::optional<Error> launch_error = {};
    std::string says = {};                  // on stderr, at once
    std::optional<int> exits_at_once = {};  // with this code
    bool ends_on_closed_input = true;
    bool ends_on_terminate = true;
    unsigned sweeps_that_fail = 0;
};

struct ScriptedWorld {
    explicit ScriptedWorld(Loop& wanted_loop) : loop(wanted_loop) {}
    Loop& loop;
    std::map<std::string, Script> scripts;  // by server id; a missing one is the default
    std::map<std::string, int> alive;       // instances that are not swept yet, by server id
    int most_alive = 0;
    int launches = 0, launching = 0, most_launching = 0;
    Duration launch_time{0};
    std::vector<std::string> steps;  // "close web-id", "term …", "kill …", "sweep …"
    std::map<std::string, class ScriptedInstance*> instances;
};

class ScriptedInstance final : public Instance {
  public:
    ScriptedInstance(ScriptedWorld& world, std::string server_id, std::uint64_t run,
                     InstanceKind kind = InstanceKind::shared)
        : world_(world),
          server_id_(std::move(server_id)),
          run_(run),
          kind_(kind),
          script_(world.scripts[server_id_]),
          facts_(RunFacts::create().value()),
          ended_(world.loop) {
        open_pipes();
        world_.instances[server_id_] = this;
        world_.most_alive = std::max(world_.most_alive, ++world_.alive[server_id_]);
        if (script_.exits_at_once) end(Exit{*script_.exits_at_once, {}, false, now_utc()});
    }
    ~ScriptedInstance() override {
        const auto found = world_.instances.find(server_id_);
        if (found != world_.instances.end() && found->second == this) world_.instances.erase(found);
    }

    const std::string& server_id() const override { return server_id_; }
    std::uint64_t run() const override { return run_; }
    InstanceKind kind() const override { return kind_; }
    std::optional<int> pid() const override { return 4711; }
    Timestamp started_at() const override { return started_at_; }
    Pipes& pipes() override { return pipes_; }
    RunFacts& facts() override { return facts_; }

    Task<Exit> wait() override {
        while (!exit_) co_await ended_.wait();
        co_return *exit_;
    }
    void close_input() override {
        world_.steps.push_back("close " + server_id_);
        if (script_.ends_on_closed_input) end(Exit{0, {}, false, now_utc()});
    }
    void terminate() override {
        world_.steps.push_back("term " + server_id_);
        if (script_.ends_on_terminate) end(Exit{{}, SIGTERM, false, now_utc()});
    }
    void kill() override {
        world_.steps.push_back("kill " + server_id_);
        end(Exit{{}, SIGKILL, false, now_utc()});
    }
    Task<Result<unsigned>> sweep(Duration) override {
        world_.steps.push_back("sweep " + server_id_);
        if (script_.sweeps_that_fail > 0) {
            --script_.sweeps_that_fail;
            co_return Error{ErrorCode::internal_error, "end pid 4711: it does not die"};
        }
        --world_.alive[server_id_];
        co_return 0U;
    }

    /// The program ends by itself, or by somebody else's hand.
    void end(Exit exit) {
        if (exit_) return;
        exit_ = exit;
        far_ends_.clear();
        ended_.notify_all();
    }

  private:
    void open_pipes() {
        const auto make = [this](UniqueFd& ours, bool we_write) {
            int ends[2];
            if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
            ours.reset(we_write ? ends[1] : ends[0]);
            far_ends_.emplace_back(we_write ? ends[0] : ends[1]);
        };
        make(pipes_.input, true);
        make(pipes_.output, false);
        make(pipes_.error_output, false);
        const auto written = ::write(far_ends_.back().get(), script_.says.data(), script_.says.size());
        static_cast<void>(written);
    }

    ScriptedWorld& world_;
    std::string server_id_;
    std::uint64_t run_;
    InstanceKind kind_;
    Script script_;
    RunFacts facts_;
    Pipes pipes_;
    std::vector<UniqueFd> far_ends_;
    Timestamp started_at_ = now_utc();
    std::optional<Exit> exit_;
    Notifier ended_;
};

class ScriptedRuntime final : public Runtime {
  public:
    explicit ScriptedRuntime(ScriptedWorld& world) : world_(world) {}

    Task<Result<std::unique_ptr<Instance>>> launch(LaunchPlan plan) override {
        ++world_.launches;
        world_.most_launching = std::max(world_.most_launching, ++world_.launching);
        if (world_.launch_time.count() > 0) co_await sleep_for(world_.launch_time);
        --world_.launching;
        const Script script = world_.scripts[plan.server_id];
        if (script.launch_error) co_return *script.launch_error;
        std::unique_ptr<Instance> instance =
            std::make_unique<ScriptedInstance>(world_, plan.server_id, plan.run, plan.kind);
        co_return instance;
    }
    Task<Result<Adopted>> adopt() override {
        Adopted adopted;
        adopted.instances = std::move(to_adopt);
        co_return adopted;
    }
    Shortcomings shortcomings(const ServerSpec&) const override { return {"memory limit: not here"}; }

    std::vector<std::unique_ptr<Instance>> to_adopt;

  private:
    ScriptedWorld& world_;
};

}  // namespace mcpm::test
