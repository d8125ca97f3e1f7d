// What a span says of what happened to its call before it was sent.
#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;

namespace {

using Words = std::vector<std::string>;
constexpr std::string_view echo = R"({"name":"echo"})";

/// The events of each call's outer span, in the order in which the calls ended.
struct Watched : traces::Tracer {
    std::unique_ptr<traces::CallTrace> begin(const traces::Carried& carried) override {
        return std::make_unique<traces::CallTrace>(
            carried, [](const auto&, const auto&) { return true; }, traces::Instant{});
    }
    void end(traces::CallTrace& call) override {
        call.end(true, traces::Instant{}, [this](traces::Span span) {
            if (span.kind != traces::Kind::server) return;
            Words names;
            for (const auto& event : span.events) names.emplace_back(event.name);
            ended.push_back(names);
        });
    }
    std::vector<Words> ended;
};

struct TracedHouse : House {
    explicit TracedHouse(const gateway::GatewayLimits& limits = {}) : House(limits) {
        gateway.trace_calls(watched);
    }
    ~TracedHouse() { close(); }  // calls end while somebody is told
    Watched watched;
};

}  // namespace

TEST_CASE("A call that finds its server says nothing of waiting") {
    TracedHouse house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    house.watched.ended.clear();
    house.ask(client, "tools/call", echo);
    files.answer(files.last("tools/call"), "{}");
    house.settle();
    CHECK(house.watched.ended == std::vector<Words>{{}});
}

TEST_CASE("A call that waits for a server says what the server did meanwhile") {
    struct Row {
        bool is_lazy;
        std::uint64_t run;
        const char* event;
    };
    for (const Row& row : {Row{true, 7, "woken"}, Row{false, 1, "started"}, Row{false, 2, "restarted"}}) {
        TracedHouse house;
        FakeServer& files = house.running("files");
        house.directory.entries["srv_files"].target.is_lazy = row.is_lazy;
        house.directory.changed();
        const auto client = house.session(one("files"));
        house.stop("srv_files");
        house.directory.runs["srv_files"] = row.run;
        house.watched.ended.clear();
        house.ask(client, "tools/call", echo);
        house.until([&] { return files.count("tools/call") == 1; });
        files.answer(files.last("tools/call"), "{}");
        house.settle();
        CHECK(house.watched.ended == std::vector<Words>{{"waking", row.event}});
    }
}

TEST_CASE("A call that waits for a place at its server says that it was queued") {
    gateway::GatewayLimits limits;
    limits.concurrent = 1;
    TracedHouse house(limits);
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    house.watched.ended.clear();
    house.ask(client, "tools/call", echo);
    house.ask(client, "tools/call", echo);
    for (int call = 0; call < 2; ++call) {
        files.answer(files.last("tools/call"), "{}");
        house.settle();
    }
    CHECK(house.watched.ended == std::vector<Words>{{}, {"queued"}});
}

TEST_CASE("A call whose client is asked for input says that it was parked") {
    TracedHouse house;
    FakeServer& files = house.running("files");
    house.watched.ended.clear();
    auto call =
        house.ask_modern(one("files"), "tools/call", R"("name":"ask")", Modern{"ada", R"({"sampling":{}})"});
    files.ask("41", "sampling/createMessage", R"({"maxTokens":2})");
    house.settle();
    CHECK(call.is_answered());
    CHECK(house.watched.ended == std::vector<Words>{{"parked"}});
}

TEST_CASE("A call of a tool that is not as it was approved says that it was held") {
    TracedHouse house;
    FakeServer& files = house.running("files");
    house.keep("files", R"([{"name":"echo"},{"name":"new"}])");
    auto& target = house.directory.entries["srv_files"].target;
    target.approved = std::make_shared<const std::string>(R"([{"name":"echo"}])");
    target.tools.allow = {"echo"};
    house.directory.changed();
    const auto client = house.session(one("files"));
    house.watched.ended.clear();
    CHECK(house.ask(client, "tools/call", R"({"name":"new"})").error_code() == "-32602");
    CHECK(house.ask(client, "tools/call", R"({"name":"nobody has it"})").error_code() == "-32602");
    CHECK(files.count("tools/call") == 0);
    CHECK(house.watched.ended == std::vector<Words>{{"held"}, {}});
}
