#include "agent/async/notifier.hpp"
#include "tests/integration/engine/engine_house.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <string>

using namespace mcpm;
using engine::Stream;

namespace {

template <typename T>
T in_time(test::EngineHouse& house, Task<Result<T>> task) {
    auto value = house.run(with_deadline(std::move(task), std::chrono::seconds(20), "the test"));
    REQUIRE_MESSAGE(value.has_value(), value.error().message);
    return std::move(*value);
}

}  // namespace

TEST_CASE("The engine says what it is and which API we talk") {
    if (!test::image_of("echo_stdin")) return;
    test::EngineHouse house;
    const auto info = in_time(house, house.engine.connect());
    CHECK_FALSE(info.version.empty());
    CHECK_FALSE(info.api < engine::ApiVersion{1, 41});
    CHECK(info.os == "linux");
    CHECK(house.run(house.engine.ping()).has_value());
}

TEST_CASE("A container is attached, answers on its stdout, and is gone with its stop") {
    const auto image = test::image_of("echo_stdin");
    if (!image) return;
    test::EngineHouse house;
    const auto id = house.created(house.plan(*image));
    auto attached = in_time(house, house.engine.attach(id));
    REQUIRE(house.run(house.engine.start(id)).has_value());
    REQUIRE(house.run(attached->write("hello\n")).has_value());
    CHECK(in_time(house, test::read_until(attached.get(), Stream::output, "\n")) == "hello\n");
    CHECK(house.run(house.engine.inspect(id))->phase == engine::Phase::running);

    REQUIRE(house.run(house.engine.signal(id, "KILL")).has_value());
    CHECK(in_time(house, test::read_until(attached.get(), Stream::output, "")) == "");
    auto state = house.run(house.engine.inspect(id));
    CHECK(state->exit_code == 137);
    CHECK_FALSE(state->is_alive());
    CHECK(house.run(house.engine.remove(id)).has_value());
    CHECK(house.run(house.engine.inspect(id)).error().code == ErrorCode::not_found);
    CHECK_MESSAGE(house.run(house.engine.remove(id)).has_value(), "once more is fine");
}

TEST_CASE("Both streams come apart, and the log says the same") {
    const auto image = test::image_of("chatty");
    if (!image) return;
    test::EngineHouse house;
    auto plan = house.plan(*image);
    plan.arguments = {"4"};
    plan.has_open_input = false;
    const auto id = house.created(plan);
    auto attached = in_time(house, house.engine.attach(id));
    REQUIRE(house.run(house.engine.start(id)).has_value());
    CHECK(in_time(house, test::read_until(attached.get(), Stream::error, "")) == "line 1\nline 3\n");
    auto log = in_time(house, house.engine.logs(id, engine::LogReading::until_now));
    CHECK(in_time(house, test::read_until(log.get(), Stream::output, "")) == "line 2\nline 4\n");
}

TEST_CASE("Containers are found by their label, in every phase") {
    const auto image = test::image_of("echo_stdin");
    if (!image) return;
    test::EngineHouse house;
    const auto id = house.created(house.plan(*image));
    auto rows = in_time(house, house.engine.list("mcpm.test", house.mark));
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().id == id);
    CHECK(rows.front().phase == engine::Phase::created);
    CHECK(in_time(house, house.engine.list("mcpm.test", "another")).empty());
}

TEST_CASE("Events of ours are told, and the watch says that it hears") {
    const auto image = test::image_of("exiter");
    if (!image) return;
    test::EngineHouse house;
    Notifier changed(house.loop);
    std::vector<engine::ContainerEvent> events;
    unsigned backs = 0;
    auto watch = house.engine.watch("mcpm.test", house.mark,
                                    {.event =
                                         [&](const auto& event) {
                                             events.push_back(event);
                                             changed.notify_all();
                                         },
                                     .lost = [](const Error& why) { FAIL(why.message); },
                                     .back =
                                         [&](const auto&) {
                                             ++backs;
                                             changed.notify_all();
                                         }});
    house.run(test::until(changed, [&] { return backs == 1; }));
    auto plan = house.plan(*image);
    plan.arguments = {"3"};
    const auto id = house.created(plan);
    REQUIRE(house.run(house.engine.start(id)).has_value());
    house.run(test::until(changed, [&] { return !events.empty() && events.back().action == "die"; }));
    CHECK(events.back().id == id);
    CHECK(events.back().exit_code() == 3);
    watch.reset();
}

TEST_CASE("A container that wants more memory than it may have is known to have died of it") {
    const auto image = test::image_of("hungry");
    if (!image) return;
    test::EngineHouse house;
    auto plan = house.plan(*image);
    plan.arguments = {"64"};
    plan.memory_bytes = 16u << 20;
    const auto id = house.created(plan);
    auto attached = in_time(house, house.engine.attach(id));
    REQUIRE(house.run(house.engine.start(id)).has_value());
    REQUIRE(house.run(attached->write("\n")).has_value());
    CHECK(in_time(house, test::read_until(attached.get(), Stream::output, "")) == "hungry\n");
    auto state = house.run(house.engine.inspect(id));
    REQUIRE(state.has_value());
    CHECK(state->exit_code == 137);
    // The engine may learn of the end first (agent/runtime/container_instance.cpp waits for it too).
    for (int looks = 0; looks < 500 && state && !state->was_out_of_memory; ++looks) {
        house.run(sleep_for(std::chrono::milliseconds(20)));
        state = house.run(house.engine.inspect(id));
    }
    REQUIRE(state.has_value());
    CHECK(state->was_out_of_memory);
    CHECK(state->finished_at.has_value());
}

TEST_CASE("What a running container uses is measured") {
    const auto image = test::image_of("hungry");
    if (!image) return;
    test::EngineHouse house;
    auto plan = house.plan(*image);
    plan.arguments = {"8"};
    const auto id = house.created(plan);
    auto attached = in_time(house, house.engine.attach(id));
    REQUIRE(house.run(house.engine.start(id)).has_value());
    REQUIRE(house.run(attached->write("\n")).has_value());
    CHECK(in_time(house, test::read_until(attached.get(), Stream::output, "MiB\n")) == "hungry\nate 8 MiB\n");
    const auto usage = in_time(house, house.engine.usage(id));
    CHECK(usage.memory_bytes > (8u << 20));
    CHECK(usage.memory_bytes < (64u << 20));
    CHECK(usage.memory_limit == 512u << 20);
    CHECK(usage.cpu_ns > 0);
    CHECK(usage.pids == 2);  // and init
}

TEST_CASE("What cannot be is refused with our code, the engine's words and what to do") {
    const auto image = test::image_of("echo_stdin");
    if (!image) return;
    test::EngineHouse house;
    auto named = house.plan(*image);
    named.name = "mcpm-" + house.mark;
    house.created(named);
    CHECK(house.run(house.engine.create(named)).error().code == ErrorCode::conflict);

    auto programless = house.plan(*image);
    programless.entrypoint = {"/no/such/program"};
    programless.has_init = false;  // which would start, and say so itself
    const auto started = house.run(house.engine.start(house.created(programless)));
    CHECK(started.error().code == ErrorCode::cannot_launch);
    CHECK(started.error().message.find("/no/such/program") != std::string::npos);

    const auto unknown = house.run(house.engine.create(house.plan("mcpm-test/none:1")));
    CHECK(unknown.error().code == ErrorCode::not_found);
    CHECK_FALSE(unknown.error().hint.empty());

    auto folderless = house.plan(*image);
    folderless.mounts = {{.source = "/proc/self/no-such-folder", .target = "/x"}};
    CHECK(house.run(house.engine.create(folderless)).error().hint.find("folder") != std::string::npos);
    CHECK(house.run(house.engine.signal("0123456789ab", "TERM")).error().code == ErrorCode::not_found);
}

TEST_CASE("Who does not read slows the container down, and nothing is lost") {
    const auto image = test::image_of("echo_stdin");
    if (!image) return;
    test::EngineHouse house;
    const auto id = house.created(house.plan(*image));
    auto attached = in_time(house, house.engine.attach(id));
    REQUIRE(house.run(house.engine.start(id)).has_value());
    std::string sent;
    for (unsigned line = 0; sent.size() < (2u << 20); ++line) sent += "line " + std::to_string(line) + "\n";
    sent += "end\n";
    bool written = false;
    asio::co_spawn(house.loop.get_executor(), attached->write(sent),
                   [&](const std::exception_ptr&, const Result<>& result) { written = result.has_value(); });
    const bool same = in_time(house, test::read_until(attached.get(), Stream::output, "\nend\n")) == sent;
    CHECK(same);
    CHECK(written);
}

TEST_CASE("An address where nobody answers is said, with what was tried") {
    Loop loop;
    engine::Context context;
    context.environment["DOCKER_HOST"] = "unix:///no/such/engine.sock";
    engine::Engine nobody(loop, context);
    const auto rows = test::run_to_end(loop, nobody.list("mcpm.test", ""));
    CHECK(rows.error().code == ErrorCode::unavailable);
    CHECK(rows.error().message.find("/no/such/engine.sock") != std::string::npos);
    CHECK(rows.error().hint.find("mcpm doctor") != std::string::npos);
}
