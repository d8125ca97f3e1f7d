#include "tests/integration/mcp/served.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

using namespace mcpm;
using namespace mcpm::test;

namespace {

Task<> ignore(Task<Result<std::string>> call) {
    const auto outcome = co_await std::move(call);
    (void)outcome;
}

}  // namespace

TEST_CASE("A session is taken over without a second handshake, and late answers are dropped") {
    for (const std::string era : {"strict", "modern"}) {
        Child child(everything({"--era", era}));
        auto facts = RunFacts::create();
        REQUIRE(facts.has_value());
        {
            Agent first;
            first.attach(child, &*facts);
            REQUIRE(first.opened());
            TaskGroup group(first.loop);
            group.spawn("call", ignore(first.call_task("sleep", R"({"ms":50})")));
            first.loop.restart();
            first.loop.poll();
            first.close();
            CHECK(said(first.durations, traces::client_session_duration, {"mcpm.server.name", "everything"},
                       "network.transport") == "(none)");
        }
        Agent second;
        second.attach(child, &*facts, true);
        REQUIRE(second.opened());
        CHECK(second.sessions.facts("s1")->opened_at.has_value());
        CHECK(second.sessions.facts("s1")->instructions == "use echo");
        CHECK(second.call("sleep", R"({"ms":100})").value().find("slept") != std::string::npos);
        CHECK(second.counts().calls.late == 1);
        CHECK(second.counts().calls.unknown == 0);
    }
}

TEST_CASE("A takeover in the middle of the handshake waits for the answer that is still due") {
    Child child({"sleep", "60"});
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    {
        Agent first;
        first.attach(child, &*facts);
        first.loop.poll();
    }
    Agent second;
    second.attach(child, &*facts, true, 500ms);
    CHECK_FALSE(second.opened());
    CHECK(second.failure->code == ErrorCode::timed_out);
}

TEST_CASE("A run taken over before anything was sent is opened as a new one") {
    Child child(everything({"--era", "strict"}));
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    Agent agent;
    agent.attach(child, &*facts, true);
    CHECK(agent.opened());
}

TEST_CASE("A message left half written by the previous agent is ended before the next one") {
    Child child(everything({"--era", "legacy"}));
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    {
        Agent first;
        first.attach(child, &*facts);
        REQUIRE(first.opened());
        child.send(SIGSTOP);
        TaskGroup group(first.loop);
        const std::string message(300'000, 'q');
        group.spawn("call", ignore(first.call_task("echo", R"({"message":")" + message + R"("})")));
        first.loop.restart();
        first.loop.poll();
        first.close();
    }
    REQUIRE(facts->message_half_written());
    child.send(SIGCONT);
    Agent second;
    second.attach(child, &*facts, true);
    REQUIRE(second.opened());
    CHECK(second.call("echo", R"({"message":"whole"})"));
    CHECK_FALSE(facts->message_half_written());
}

TEST_CASE("The end piece of a line the previous agent began to read is no message and no noise") {
    Child child(everything({"--era", "legacy"}));
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    {
        Agent first;
        first.attach(child, &*facts);
        REQUIRE(first.opened());
        TaskGroup group(first.loop);
        group.spawn("call", ignore(first.call_task("big", R"({"bytes":3000000})")));
        first.loop.restart();
        first.loop.poll();
        // As a killed agent would: some of the line is read and gone.
        ChildPipes pipes = child.pipes();
        char bytes[1000];
        ssize_t count = -1;
        while (count <= 0) count = ::read(pipes.output.get(), bytes, sizeof bytes);
        first.close();
        facts->set_carry(OutputStream::standard_output, {});
    }
    Agent second;
    second.attach(child, &*facts, true);
    REQUIRE(second.opened());
    CHECK(second.call("echo", R"({"message":"whole"})"));
    CHECK(second.counts().torn == 1);
    CHECK(second.noise.empty());
}

TEST_CASE("What a former agent listened to is ended by the one that takes the session over") {
    const TemporaryFolder folder;
    const std::string heard = (folder.path() / "heard").string();
    Child child(everything({"--era", "modern", "--trace", heard}));
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    std::uint64_t listens = 0;
    {
        Agent first;
        first.attach(child, &*facts);
        REQUIRE(first.opened());
        mcp::Forward request;
        request.method = "subscriptions/listen";
        request.params = R"({"notifications":{"toolsListChanged":true}})";
        request.done = [](mcp::Answer) {};
        listens = first.sessions.forward("s1", std::move(request)).value();
        CHECK(first.call("echo", R"({"message":"it has been read"})"));
        first.close();
    }
    CHECK(facts->session().find("\"listens\":[" + std::to_string(listens) + "]") != std::string::npos);
    Agent second;
    second.attach(child, &*facts, true);
    REQUIRE(second.opened());
    CHECK(facts->session().find("\"listens\":[]") != std::string::npos);
    CHECK(second.call("echo", R"({"message":"it has been read"})"));
    std::ifstream file(heard);
    const std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    CHECK(all.find("notifications/cancelled\",\"params\":{\"requestId\":" + std::to_string(listens)) !=
          std::string::npos);
}
