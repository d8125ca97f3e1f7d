// A run without a server: whoever holds it is told what becomes of it, and nobody else is.
#include "agent/supervisor/run.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"

#include <algorithm>

using namespace mcpm;
using namespace mcpm::test;

namespace {

class Holder : public RunHolder {
  public:
    Holder(RunGround& ground, ServerSpec spec, std::string owner)
        : spec_(std::move(spec)),
          run_(ground, *this, {"srv_a", std::make_shared<std::uint64_t>(6), std::move(owner)}) {}

    const ServerSpec& spec() const override { return spec_; }
    Run& run() { return run_; }

    std::vector<std::string> told;
    std::shared_ptr<Instance> last;

  private:
    LifecyclePolicy policy() const override {
        LifecyclePolicy policy = policy_of(spec_);
        policy.readiness = LifecyclePolicy::Readiness::at_once;
        policy.restart = RestartMode::never;
        return policy;
    }
    Output attached(Instance& instance, bool) override {
        told.push_back("attached " + std::to_string(instance.run()));
        return Output::kept;
    }
    void input_closing(std::uint64_t run) override { told.push_back("closing " + std::to_string(run)); }
    void exited(std::uint64_t run, const Exit&) override { told.push_back("exited " + std::to_string(run)); }
    void changed(const LifeChange& before) override {
        if (run_.state() != before.state) told.emplace_back(wire_name(run_.state()));
    }
    void gone(std::shared_ptr<Instance> instance) override {
        told.emplace_back("gone");
        last = std::move(instance);
    }

    ServerSpec spec_;
    Run run_;
};

struct RunHouse : SupervisedHouse {
    ~RunHouse() {
        tasks.cancel_all();
        run(tasks.drain());
        run(journal.close(Duration(1000)));
    }
    std::shared_ptr<Holder> holder(Transport transport, std::string owner = {}) {
        return std::make_shared<Holder>(ground, spec("web", transport), std::move(owner));
    }
    bool rests(Holder& held) {
        return until([&] { return held.run().is_at_rest(); });
    }
    /// Events are told when they are stored.
    bool says(const std::string& message) {
        return until([&] {
            const auto said = journal.events().read(0, 100).items;
            return std::any_of(said.begin(), said.end(),
                               [&](const Event& event) { return event.message == message; });
        });
    }

    SupervisorHooks plans = hooks();
    Journal journal{loop, *store, 64};
    StartGate gate{4};
    TaskGroup tasks{loop};
    RunGround ground{loop, runtime, *logs, journal, plans, timing, gate, tasks, {}};
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("A run tells its holder alone of its pipes, its end, and what is left of it") {
    RunHouse house;
    const auto held = house.holder(Transport::stdio, "client A");
    held->run().feed(InputKind::start, "client A");
    REQUIRE(house.until([&] { return held->run().state() == ServerState::running; }));
    CHECK(held->run().number() == 7);
    CHECK(held->run().status().pid == 4711);
    held->run().feed(InputKind::stop, "client A");
    REQUIRE(house.rests(*held));
    CHECK(held->told ==
          Told{"starting", "running", "attached 7", "stopping", "closing 7", "exited 7", "gone", "stopped"});
    CHECK(held->run().instance() == nullptr);
    REQUIRE(held->last != nullptr);
    CHECK(held->last->run() == 7);
    CHECK(house.attached.empty());
    CHECK(house.detached.empty());
    CHECK(house.says("the own process of client A of \"web\" exited with code 0"));
}

TEST_CASE("A run of no client is the server's own, by its words and its log") {
    RunHouse house;
    const auto held = house.holder(Transport::none);
    held->run().feed(InputKind::start, "uid:1000");
    REQUIRE(house.until([&] { return held->run().state() == ServerState::running; }));
    held->run().feed(InputKind::stop, "uid:1000");
    REQUIRE(house.rests(*held));
    CHECK(house.says("\"web\" was killed by SIGTERM"));
    CHECK_FALSE(has(held->told, "attached 7"));
}

TEST_CASE("A run that cannot be launched says why and is at rest") {
    RunHouse house;
    house.world.scripts["srv_a"].launch_error =
        Error{ErrorCode::cannot_launch, "no such file", StartStage::exec};
    const auto held = house.holder(Transport::stdio);
    held->run().feed(InputKind::start, "uid:1000");
    REQUIRE(house.until([&] { return held->run().failed_starts() == 1; }));
    CHECK(held->run().is_at_rest());
    REQUIRE(held->run().last_error());
    CHECK(held->run().last_error()->message == "no such file");
    CHECK(held->run().record().stage == StartStage::exec);
}

TEST_CASE("A run whose holder is dropped goes on until it has ended") {
    RunHouse house;
    auto held = house.holder(Transport::none);
    held->run().feed(InputKind::start, "uid:1000");
    REQUIRE(house.until([&] { return held->run().state() == ServerState::running; }));
    held->run().feed(InputKind::stop, "uid:1000");
    const std::weak_ptr<Holder> dropped = held;
    held.reset();
    CHECK(house.until([&] { return house.world.alive["srv_a"] == 0; }));
    CHECK(house.until([&] { return dropped.expired(); }));
}
