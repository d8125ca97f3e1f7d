// Images: what is there, and pulling from a registry of our own on loopback (tests/support/registry.py).
#include "tests/integration/engine/engine_house.hpp"
#include "tests/support/places.hpp"

#include <doctest/doctest.h>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace mcpm;

namespace {

class Registry {
  public:
    explicit Registry(std::string credentials = {}) {
        int in[2];
        int out[2];
        REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        std::string program = "python3";
        std::string script = places::source_folder() + "/tests/support/registry.py";
        std::string fixture = places::fixtures() + "/exiter";
        char* argv[] = {program.data(), script.data(), fixture.data(),
                        credentials.empty() ? nullptr : credentials.data(), nullptr};
        const int failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv, environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        REQUIRE(failed == 0);
        input_ = in[1];
        output_ = out[0];
        port_ = line();
    }
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        ::close(input_);
        ::close(output_);
    }
    std::string host() const { return "127.0.0.1:" + port_; }
    std::string image(const std::string& tag = "1") const { return host() + "/test/main:" + tag; }
    void make_another() const {
        REQUIRE(::write(input_, "\n", 1) == 1);
        while (line().substr(0, 4) != "made") {
        }
    }

  private:
    std::string line() const {
        std::string said;
        for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) said += c;
        REQUIRE_FALSE(said.empty());
        return said;
    }
    pid_t pid_ = 0;
    int input_ = -1;
    int output_ = -1;
    std::string port_;
};

void forget(const std::string& image) {
    const std::string command = "docker image rm -f '" + image + "' >/dev/null 2>&1";
    (void)std::system(command.c_str());
}

/// A folder for docker's configuration.
struct Configuration {
    explicit Configuration(const std::string& text) {
        std::filesystem::create_directories(folder);
        std::ofstream(folder + "/config.json") << text;
    }
    ~Configuration() { std::filesystem::remove_all(folder); }
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;
    std::string folder = "/tmp/mcpm-docker-config-" + std::to_string(::getpid());
};

Task<Result<std::string>> helper(std::string program, std::string argument, std::string input) {
    CHECK(program == "docker-credential-test");
    CHECK(argument == "get");
    CHECK(input.substr(0, 10) == "127.0.0.1:");
    co_return R"({"Username":"me","Secret":"right"})";
}

}  // namespace

TEST_CASE("An image that is missing is pulled when it may be, and its digest is known") {
    if (!test::image_of("exiter")) return;
    test::EngineHouse house;
    Registry registry;
    const auto image = registry.image();
    const auto never = house.run(house.engine.resolve_image(image, "", engine::PullPolicy::never, {}));
    CHECK(never.error().code == ErrorCode::not_found);
    CHECK(never.error().message.find(image) != std::string::npos);

    std::vector<engine::PullProgress> progress;
    const auto pulled = house.run(house.engine.resolve_image(
        image, "", engine::PullPolicy::missing, [&](const auto& now) { progress.push_back(now); }));
    REQUIRE_MESSAGE(pulled.has_value(), pulled.error().message);
    CHECK(pulled->digests.size() == 1);
    CHECK(pulled->entrypoint == std::vector<std::string>{"/main"});
    REQUIRE_FALSE(progress.empty());
    CHECK(progress.back().layers_done == progress.back().layers);

    registry.make_another();
    const auto same = house.run(house.engine.resolve_image(image, "", engine::PullPolicy::missing, {}));
    CHECK(same->id == pulled->id);
    const auto newer = house.run(house.engine.resolve_image(image, "", engine::PullPolicy::always, {}));
    CHECK(newer->id != pulled->id);
    const auto pinned =
        house.run(house.engine.resolve_image(pulled->digests.front(), "", engine::PullPolicy::missing, {}));
    CHECK_MESSAGE(pinned->id == pulled->id, "the digest still says the old one");
    const auto none = house.run(house.engine.pull(registry.image("none"), "", {}));
    CHECK(none.error().code == ErrorCode::not_found);
    forget(newer->id);
    forget(pulled->id);
}

TEST_CASE("A registry that nobody reaches is said so") {
    if (!test::image_of("exiter")) return;
    test::EngineHouse house;
    const auto pulled = house.run(house.engine.pull("127.0.0.1:1/test/main:1", "", {}));
    CHECK(pulled.error().code == ErrorCode::unavailable);
    CHECK_FALSE(pulled.error().hint.empty());
}

TEST_CASE("A registry's credentials come from docker's configuration, or from its helper") {
    if (!test::image_of("exiter")) return;
    Registry registry("me:right");
    test::EngineHouse house;
    const auto image = registry.image();
    const auto pull_with = [&](const std::string& config) {
        const Configuration written(config);
        auto context = test::own_context();
        context.environment["DOCKER_CONFIG"] = written.folder;
        context.run_helper = helper;
        engine::Engine engine(house.loop, context);
        return house.run(engine.pull(image, "", {}));
    };
    const auto refused = pull_with("{}");
    CHECK(refused.error().code == ErrorCode::unauthorized);
    CHECK(refused.error().hint.find("docker login") != std::string::npos);
    const std::string auths = R"({"auths":{")" + registry.host() + R"(":{"auth":")";
    const auto wrong = pull_with(auths + "bWU6d3Jvbmc=\"}}}");
    CHECK(wrong.error().code == ErrorCode::unauthorized);
    CHECK(wrong.error().message.find("wrong") == std::string::npos);
    CHECK(pull_with(auths + "bWU6cmlnaHQ=\"}}}").has_value());
    forget(image);
    CHECK(pull_with(R"({"credsStore":"test"})").has_value());
    forget(image);
}
