// The runtime of containers against a real engine.
#include "agent/async/with_deadline.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/runtime/container_launch.hpp"
#include "agent/runtime/container_runtime.hpp"
#include "common/engine_address.hpp"
#include "tests/support/real_engine.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

using namespace mcpm;

namespace {

/// Tests run at once, each in a process of its own, and containers are named after their server.
const std::string& server_id() {
    static const std::string id = [] {
        std::string made = "srv_aaaaaaaaaaaa";
        auto at = made.rbegin();
        for (auto rest = ::getpid(); rest > 0; rest /= 10) *at++ = static_cast<char>('a' + rest % 10);
        return made;
    }();
    return id;
}

struct House {
    House() {
        for (const char* name : {"DOCKER_HOST", "XDG_RUNTIME_DIR", "HOME"})
            if (const char* value = std::getenv(name)) context.environment[name] = value;
        engine = std::make_unique<engine::Engine>(loop, context);
        std::filesystem::create_directories(folder);
        begin();
    }
    ~House() {
        if (!target.empty() && !std::filesystem::exists(link)) give_engine();
        end();
        const auto rows = run(engine->list("mcpm.data", owner_id));
        if (rows)
            for (const auto& row : *rows) (void)run(engine->remove(row.id));
        std::filesystem::remove_all(folder);
        std::filesystem::remove(link);
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    /// From now on the engine is reached by a name that can be taken away.
    void use_link() {
        const auto found = engine_addresses(context.environment);
        REQUIRE(found.has_value());
        for (const auto& address : *found) {
            if (address.socket_path.empty() || !std::filesystem::exists(address.socket_path)) continue;
            target = address.socket_path;
            break;
        }
        REQUIRE_FALSE(target.empty());
        std::filesystem::create_symlink(target, link);
        context.environment["DOCKER_HOST"] = "unix://" + link.string();
        end();
        engine = std::make_unique<engine::Engine>(loop, context);
        begin();
    }
    void lose_engine() { std::filesystem::remove(link); }
    void give_engine() { std::filesystem::create_symlink(target, link); }
    /// Until the hook has said so.
    void await_touch(bool is_lost) {
        const auto until = Clock::now() + std::chrono::seconds(20);
        while (touches.empty() || touches.back().empty() == is_lost) {
            REQUIRE(Clock::now() < until);
            loop.restart();
            loop.run_for(std::chrono::milliseconds(5));
        }
    }

    void begin() {
        ContainerSettings settings;
        settings.out_of_touch = [this](const std::string&, std::uint64_t, const std::string& why) {
            touches.push_back(why);
        };
        settings.note = [this](const std::string&, std::uint64_t, InstanceKind, const std::string& text) {
            notes.push_back(text);
        };
        settings.owner_id = owner_id;
        settings.records = folder;
        settings.pinned = [this](const std::string&, const std::string&, const ImagePin& pin) {
            pinned = pin;
        };
        runtime = std::make_unique<ContainerRuntime>(loop, workers, *engine, std::move(settings));
    }
    /// As an agent that ends: containers live on.
    void end() {
        run(runtime->close());
        runtime.reset();
    }

    template <typename T>
    T run(Task<T> task) {
        return test::run_to_end(loop, std::move(task));
    }

    LaunchPlan plan(const std::string& image, std::vector<std::string> arguments,
                    std::uint64_t memory_bytes = engine::ContainerPlan{}.memory_bytes) {
        LaunchPlan made;
        made.server_id = server_id();
        made.run = ++runs;
        ContainerLaunch wanted;
        wanted.image = {image, {}, PullPolicy::never};
        wanted.container.network = "none";
        wanted.container.arguments = std::move(arguments);
        wanted.container.memory_bytes = memory_bytes;
        made.what = std::make_shared<const ContainerLaunch>(std::move(wanted));
        return made;
    }

    std::unique_ptr<Instance> launched(LaunchPlan made) {
        auto instance = run(runtime->launch(std::move(made)));
        REQUIRE_MESSAGE(instance.has_value(), instance.error().message);
        return std::move(*instance);
    }

    /// What the pipe gives, up to so many bytes or to the line that is the last.
    std::string read(const UniqueFd& pipe, std::size_t bytes, std::string_view last = {}) {
        std::string all;
        const auto until = Clock::now() + std::chrono::seconds(20);
        while (all.size() < bytes && Clock::now() < until) {
            if (!last.empty() && all.ends_with(last)) break;
            char piece[4096];
            const ssize_t got = ::read(pipe.get(), piece, sizeof piece);
            if (got > 0) all.append(piece, static_cast<std::size_t>(got));
            if (got == 0) break;
            if (got < 0) loop.run_for(std::chrono::milliseconds(5));
            loop.restart();
        }
        return all;
    }

    std::size_t containers() { return run(engine->list("mcpm.data", owner_id))->size(); }

    Loop loop;
    engine::Context context;
    std::unique_ptr<engine::Engine> engine;
    std::string owner_id = "runtime-test-" + std::to_string(::getpid());
    std::filesystem::path folder = std::filesystem::temp_directory_path() / owner_id;
    Workers workers{1};
    std::unique_ptr<ContainerRuntime> runtime;
    std::filesystem::path link = folder.string() + ".sock";
    std::string target;
    std::vector<std::string> touches, notes;
    std::optional<ImagePin> pinned;
    std::uint64_t runs = 0;
};

}  // namespace

TEST_CASE("A container has pipes, ends as a process does, and nothing of it is left") {
    const auto image = test::image_of("echo_stdin");
    if (!image) return;
    House house;
    const auto instance = house.launched(house.plan(*image, {}));
    CHECK(house.pinned.has_value());
    CHECK(instance->pid().has_value());
    REQUIRE(::write(instance->pipes().input.get(), "hello\n", 6) == 6);
    CHECK(house.read(instance->pipes().output, 6) == "hello\n");
    instance->kill();
    const Exit exit = house.run(instance->wait());
    CHECK(exit.signal == SIGKILL);
    CHECK(house.containers() == 1);
    CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
    CHECK(house.containers() == 0);
    CHECK(std::filesystem::is_empty(house.folder));
}

TEST_CASE("The exit code is known, and every byte before it") {
    const auto image = test::image_of("chatty");
    const auto exiter = test::image_of("exiter");
    if (!image || !exiter) return;
    House house;
    const auto instance = house.launched(house.plan(*exiter, {"7"}));
    CHECK(house.run(instance->wait()).code == 7);
    CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
}

TEST_CASE("That a container ended for want of memory is known") {
    const auto image = test::image_of("hungry");
    if (!image) return;
    House house;
    const auto instance = house.launched(house.plan(*image, {"64"}, 16u << 20));
    REQUIRE(::write(instance->pipes().input.get(), "\n", 1) == 1);
    const Exit exit = house.run(instance->wait());
    CHECK(exit.signal == SIGKILL);
    CHECK(exit.oom);
    CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
}

TEST_CASE("The next agent takes a container over, and its output without a gap") {
    const auto image = test::image_of("chatty");
    if (!image) return;
    House house;
    {
        const auto instance = house.launched(house.plan(*image, {"3000", "1", "2"}));
        const std::string first = house.read(instance->pipes().error_output, 70);
        REQUIRE(first.size() >= 70);
        instance->facts().add_taken(OutputStream::error_output, 14);  // "line 1\nline 2\n"
    }
    house.end();
    ::usleep(300'000);
    house.begin();
    auto adopted = house.run(house.runtime->adopt());
    REQUIRE(adopted.has_value());
    REQUIRE(adopted->instances.size() == 1);
    const auto& instance = adopted->instances.front();
    CHECK(instance->server_id() == server_id());
    CHECK(instance->run() == 1);
    std::string expected;
    for (int line = 3; line <= 3000; ++line) expected += "line " + std::to_string(line) + "\n";
    CHECK(house.read(instance->pipes().error_output, expected.size()) == expected);
    instance->kill();
    (void)house.run(instance->wait());
    CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
    CHECK(house.containers() == 0);
}

TEST_CASE("An agent that starts without an engine takes its containers over when the engine is back") {
    const auto image = test::image_of("chatty");
    if (!image) return;
    House house;
    house.use_link();
    {
        const auto instance = house.launched(house.plan(*image, {"3000", "1", "2"}));
        REQUIRE(house.read(instance->pipes().error_output, 70).size() >= 70);
        instance->facts().add_taken(OutputStream::error_output, 14);  // "line 1\nline 2\n"
    }
    house.end();
    house.lose_engine();
    house.begin();
    auto adopted = house.run(house.runtime->adopt());
    REQUIRE(adopted.has_value());
    REQUIRE(adopted->instances.size() == 1);
    const auto& instance = adopted->instances.front();
    CHECK(instance->server_id() == server_id());
    CHECK(instance->run() == 1);
    CHECK_FALSE(instance->pid().has_value());
    CHECK_FALSE(instance->out_of_touch().empty());
    house.touches.clear();
    house.give_engine();
    house.await_touch(false);
    CHECK(instance->out_of_touch().empty());
    CHECK(instance->pid().has_value());
    std::string expected;
    for (int line = 3; line <= 3000; ++line) expected += "line " + std::to_string(line) + "\n";
    CHECK(house.read(instance->pipes().error_output, expected.size()) == expected);
    CHECK(house.notes.empty());
    CHECK(house.containers() == 1);
    instance->kill();
    (void)house.run(instance->wait());
    CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
    CHECK(house.containers() == 0);
    CHECK(std::filesystem::is_empty(house.folder));
}

TEST_CASE(
    "A container that somebody removed while agent and engine were away is over, and one to be stopped "
    "ends") {
    const auto image = test::image_of("chatty");
    if (!image) return;
    House house;
    house.use_link();
    {
        const auto gone = house.launched(house.plan(*image, {"0", "100"}));
        const auto wanted = house.launched(house.plan(*image, {"0", "100"}));
    }
    const auto rows = house.run(house.engine->list("mcpm.run", "1"));
    REQUIRE(rows.has_value());
    for (const auto& row : *rows)
        if (row.labels.at("mcpm.data") == house.owner_id)
            REQUIRE(house.run(house.engine->remove(row.id)).has_value());
    house.end();
    house.lose_engine();
    house.begin();
    auto adopted = house.run(house.runtime->adopt());
    REQUIRE(adopted.has_value());
    REQUIRE(adopted->instances.size() == 2);
    for (const auto& instance : adopted->instances)
        if (instance->run() == 2) instance->kill();
    house.give_engine();
    for (const auto& instance : adopted->instances) {
        const Exit exit = house.run(instance->wait());
        CHECK(exit.signal.has_value() == (instance->run() == 2));
        CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
    }
    CHECK(house.containers() == 0);
    CHECK(std::filesystem::is_empty(house.folder));
}

TEST_CASE("What was made and never started is ended by the next agent, and a stranger is not touched") {
    const auto image = test::image_of("chatty");
    if (!image) return;
    House house;
    engine::ContainerPlan half;
    half.image = *image;
    half.labels = {{"mcpm.data", house.owner_id}, {"mcpm.server", server_id()}, {"mcpm.run", "1"}};
    REQUIRE(house.run(house.engine->create(half)).has_value());
    half.labels = {{"mcpm.data", house.owner_id + "-stranger"}};
    half.name = "mcpm-" + server_id().substr(4) + "-2";
    const auto stranger = house.run(house.engine->create(half));
    REQUIRE_MESSAGE(stranger.has_value(), stranger.error().message);
    house.runs = 1;
    const auto instance = house.launched(house.plan(*image, {"1"}));
    CHECK(house.containers() == 1);
    instance->kill();
    (void)house.run(instance->wait());
    CHECK(house.run(instance->sweep(std::chrono::seconds(20))).has_value());
    CHECK(house.run(house.engine->inspect(stranger->id)).has_value());
    CHECK(house.run(house.engine->remove(stranger->id)).has_value());
}

TEST_CASE("An image that is not there is a launch that failed, at that stage") {
    if (!test::image_of("chatty")) return;
    House house;
    const auto launched = house.run(house.runtime->launch(house.plan("mcpm-test/there-is-none", {})));
    REQUIRE_FALSE(launched.has_value());
    CHECK(launched.error().code == ErrorCode::cannot_launch);
    CHECK(launched.error().details.json().find("\"image\"") != std::string::npos);
    CHECK(std::filesystem::is_empty(house.folder));
}
