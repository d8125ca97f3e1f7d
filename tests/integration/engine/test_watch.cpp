// The engine behind a relay that can vanish, hang and fall silent (tests/support/engine_relay.py).
#include "agent/async/notifier.hpp"
#include "tests/integration/engine/engine_house.hpp"
#include "tests/support/places.hpp"

#include <doctest/doctest.h>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <vector>

using namespace mcpm;

namespace {

class Relay {
  public:
    explicit Relay(const std::string& socket) {
        int out[2];
        REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        std::string program = "python3";
        std::string script = places::source_folder() + "/tests/support/engine_relay.py";
        std::string where = socket;
        char* argv[] = {program.data(), script.data(), where.data(), nullptr};
        const int failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv, environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(out[1]);
        REQUIRE(failed == 0);
        char byte = 0;
        while (::read(out[0], &byte, 1) == 1 && byte != '\n') {
        }
        ::close(out[0]);
        CHECK(byte == '\n');
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    ~Relay() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    void signal(int number) const { ::kill(pid_, number); }

  private:
    pid_t pid_ = 0;
};

struct WatchedHouse {
    WatchedHouse() {
        engine::Context context;
        context.environment["DOCKER_HOST"] = "unix://" + socket;
        engine = std::make_unique<engine::Engine>(house.loop, context);
        relay = std::make_unique<Relay>(socket);
        watch = engine->watch("mcpm.test", house.mark,
                              {.event =
                                   [this](const auto& event) {
                                       if (event.action == "die") deaths.push_back(event);
                                       changed.notify_all();
                                   },
                               .lost =
                                   [this](const Error& why) {
                                       reasons.push_back(why.message);
                                       changed.notify_all();
                                   },
                               .back =
                                   [this](const auto&) {
                                       ++backs;
                                       changed.notify_all();
                                   }});
    }
    ~WatchedHouse() {
        watch.reset();
        house.run(sleep_for(std::chrono::milliseconds(20)));
        std::filesystem::remove(socket);
    }
    WatchedHouse(const WatchedHouse&) = delete;
    WatchedHouse& operator=(const WatchedHouse&) = delete;

    template <typename Condition>
    void wait_until(Condition condition) {
        house.run(test::until(changed, condition));
    }
    /// Not by way of the relay.
    std::string run_one(const std::string& image, const std::string& code) {
        auto plan = house.plan(image);
        plan.arguments = {code};
        const auto id = house.created(plan);
        REQUIRE(house.run(house.engine.start(id)).has_value());
        return id;
    }

    test::EngineHouse house;
    std::string socket = "/tmp/mcpm-relay-" + std::to_string(::getpid()) + ".sock";
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Relay> relay;
    Notifier changed{house.loop};
    std::vector<engine::ContainerEvent> deaths;
    std::vector<std::string> reasons;
    unsigned backs = 0;
    std::unique_ptr<engine::EventWatch> watch;
};

}  // namespace

TEST_CASE(
    "An engine that vanishes is said to be lost once, and back when it answers again, with what was missed") {
    const auto image = test::image_of("exiter");
    if (!image) return;
    WatchedHouse watched;
    watched.wait_until([&] { return watched.backs == 1; });
    watched.relay.reset();
    watched.wait_until([&] { return !watched.reasons.empty(); });
    CHECK(watched.watch->is_lost());
    const auto id = watched.run_one(*image, "7");
    watched.relay = std::make_unique<Relay>(watched.socket);
    watched.wait_until([&] { return watched.backs == 2; });
    CHECK_FALSE(watched.watch->is_lost());
    watched.wait_until([&] { return !watched.deaths.empty(); });
    CHECK(watched.deaths.front().id == id);
    CHECK(watched.deaths.front().exit_code() == 7);
    CHECK(watched.reasons.size() == 1);
}

TEST_CASE("An engine that hangs is said to be lost, and back when it goes on") {
    if (!test::image_of("exiter")) return;
    WatchedHouse watched;
    watched.wait_until([&] { return watched.backs == 1; });
    watched.relay->signal(SIGSTOP);
    watched.wait_until([&] { return !watched.reasons.empty(); });
    CHECK(watched.reasons.front().find("no answer within") != std::string::npos);
    watched.relay->signal(SIGCONT);
    watched.wait_until([&] { return watched.backs == 2; });
}
