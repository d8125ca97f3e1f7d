#include "agent/async/notifier.hpp"
#include "tests/integration/engine/engine_house.hpp"

#include <doctest/doctest.h>

#include <chrono>

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

TEST_CASE("Both streams come apart, and the log says the same with times") {
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
    auto log = in_time(house, house.engine.logs(id, {}));
    const auto text = in_time(house, test::read_until(log.get(), Stream::output, ""));
    std::string_view line(text);
    const auto time = engine::take_log_time(line);
    REQUIRE(time);
    CHECK(line.substr(0, 7) == "line 2\n");
    CHECK(*time > 1'700'000'000'000'000'000u);
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
    house.run(changed.wait());
    CHECK(backs == 1);
    auto plan = house.plan(*image);
    plan.arguments = {"3"};
    const auto id = house.created(plan);
    REQUIRE(house.run(house.engine.start(id)).has_value());
    while (events.empty() || events.back().action != "die") house.run(changed.wait());
    CHECK(events.back().id == id);
    CHECK(events.back().exit_code() == 3);
    watch.reset();
}
