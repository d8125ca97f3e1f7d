#include "tests/integration/mcp/served.hpp"
#include "tests/support/places.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;

namespace {

std::string text_result(const std::string& text) {
    return R"({"content":[{"type":"text","text":")" + text + R"("}]})";
}

/// Starts several calls at once and keeps their outcomes in the order they were started.
struct Together {
    explicit Together(Agent& agent) : agent_(agent), group_(agent.loop) {}

    void call(std::string tool, std::string arguments, mcp::CallOptions options = {}) {
        outcomes.emplace_back();
        group_.spawn("call",
                     keep(this, outcomes.size() - 1, agent_.call_task(tool, arguments, std::move(options))));
    }
    void finish() { run_to_end(agent_.loop, drain(this)); }
    void cancel() { group_.cancel_all(); }

    std::vector<std::optional<Result<std::string>>> outcomes;

  private:
    static Task<> keep(Together* self, std::size_t place, Task<Result<std::string>> call) {
        auto outcome = co_await std::move(call);
        self->outcomes[place] = std::move(outcome);
    }
    static Task<> drain(Together* self) { co_await self->group_.drain(); }

    Agent& agent_;
    TaskGroup group_;
};

std::string read_file(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string temporary(const std::string& name) {
    return places::build_folder() + "/" + name + "." + std::to_string(::getpid());
}

}  // namespace

TEST_CASE("The bytes of a result survive: big integers, 1.0, key order, escapes") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.call("exact").value() ==
          R"({"z":1.0,"a":9223372036854775807,"s":"\u00e9\/\ufffd","content":[]})");
}

TEST_CASE("A JSON-RPC error keeps code, message and data, and a tool's own error is a result") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    const auto refused = agent.call("rpc_error");
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::wrong_state);
    CHECK(refused.error().details.json() ==
          R"({"code":-32050,"message":"no such luck","data":{"why":[1,2]}})");
    CHECK(agent.call("tool_error").value().find(R"("isError":true)") != std::string::npos);
}

TEST_CASE("How long requests and the session took is noted, with why they failed") {
    const std::string_view operations = traces::client_duration;
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    (void)agent.call("echo", R"({"message":1})");
    (void)agent.call("tool_error");
    (void)agent.call("rpc_error");
    mcp::CallOptions options;
    options.timeout = 50ms;
    (void)agent.call("silent", "{}", std::move(options));
    const auto error_of = [&](const char* tool) {
        return said(agent.durations, operations, {"gen_ai.tool.name", tool}, "error.type");
    };
    CHECK(said(agent.durations, operations, {"gen_ai.tool.name", "echo"}, "network.transport") == "pipe");
    CHECK(error_of("echo") == "(none)");
    CHECK(error_of("tool_error") == "tool_error");
    CHECK(error_of("rpc_error") == "-32050");
    CHECK(error_of("silent") == "TIMED_OUT");
    CHECK(said(agent.durations, operations, {"mcp.method.name", "initialize"}, "mcpm.server.name") ==
          "everything");
    CHECK(said(agent.durations, traces::client_session_duration, {"mcpm.server.name", "everything"},
               "network.transport") == "(none)");
    agent.sessions.detach("s1", agent.run, Error{ErrorCode::wrong_state, "it exited with code 1"});
    CHECK(said(agent.durations, traces::client_session_duration, {"mcpm.server.name", "everything"},
               "error.type") == "WRONG_STATE");
}

TEST_CASE("A session that ends because its server is stopped ends well") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    agent.sessions.close_input("s1", agent.run);
    agent.sessions.detach("s1", agent.run, Error{ErrorCode::wrong_state, "it exited with code 0"});
    CHECK(said(agent.durations, traces::client_session_duration, {"mcpm.server.name", "everything"},
               "mcp.protocol.version") == "2025-11-25");
    CHECK(said(agent.durations, traces::client_session_duration, {"mcpm.server.name", "everything"},
               "error.type") == "(none)");
}

TEST_CASE("Progress that grows reaches its call, and the rest is dropped") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    std::vector<std::string> heard;
    mcp::CallOptions options;
    options.progress = [&heard](std::string_view params) { heard.emplace_back(params); };
    CHECK(agent.call("progress", "{}", std::move(options)));
    CHECK(heard.size() == 3);
    CHECK(agent.call("echo", R"({"message":1})"));
    CHECK(agent.counts().calls.progress_dropped == 3);
}

TEST_CASE("What the server asks is answered at once") {
    const std::string trace = temporary("trace");
    Child child(everything({"--era", "legacy", "--trace", trace}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.call("ask"));
    CHECK(agent.call("echo", R"({"message":1})"));
    const std::string seen = read_file(trace);
    CHECK(seen.find(R"({"jsonrpc":"2.0","id":"srv-1","result":{}})") != std::string::npos);
    CHECK(seen.find(R"("id":"srv-2","error":{"code":-32601)") != std::string::npos);
    ::unlink(trace.c_str());
}

TEST_CASE("A call that takes too long is cancelled upstream and its late answer is consumed") {
    const std::string trace = temporary("trace");
    Child child(everything({"--era", "legacy", "--trace", trace}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    mcp::CallOptions options;
    options.timeout = 30ms;
    const auto late = agent.call("silent", "{}", std::move(options));
    REQUIRE(!late);
    CHECK(late.error().code == ErrorCode::timed_out);
    CHECK(agent.call("echo", R"({"message":1})"));
    CHECK(read_file(trace).find(R"("method":"notifications/cancelled","params":{"requestId":3,)") !=
          std::string::npos);
    CHECK(agent.sessions.in_flight("s1").empty());
    ::unlink(trace.c_str());
}

TEST_CASE("An asker that goes away cancels its call upstream and no other") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    Together leaving(agent);
    Together staying(agent);
    leaving.call("sleep", R"({"ms":20000})");
    staying.call("sleep", R"({"ms":100})");
    agent.loop.restart();
    agent.loop.poll();
    CHECK(agent.sessions.in_flight("s1").size() == 2);
    leaving.cancel();
    leaving.finish();
    CHECK(!leaving.outcomes[0]);
    staying.finish();
    CHECK(staying.outcomes[0]->value() == text_result("slept"));
    CHECK(agent.counts().cancelled == 1);
}

TEST_CASE("Every call in flight ends at once when the server dies") {
    for (const std::string deed : {"crash", "half", "exit_code"}) {
        Child child(everything({"--era", "legacy"}));
        Agent agent;
        agent.attach(child);
        child.let_go_of_pipes();
        REQUIRE(agent.opened());
        Together calls(agent);
        for (int i = 0; i < 20; ++i) calls.call("silent", "{}");
        calls.call(deed, "{}");
        calls.finish();
        const auto* const last = &calls.outcomes.back();
        for (const auto& outcome : calls.outcomes) {
            REQUIRE(outcome);
            REQUIRE(!*outcome);
            // Half an answer is torn: its own call hears that, the others that the server ended.
            const std::string expected = deed == "half" && &outcome == last
                                             ? "call 'everything': its answer cannot be used: not well-formed"
                                             : "call 'everything': the server closed its output";
            CHECK(outcome->error().message.starts_with(expected));
        }
    }
}

TEST_CASE("Detaching ends every call with the reason that is given") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    Together calls(agent);
    calls.call("silent", "{}");
    agent.loop.restart();
    agent.loop.poll();
    agent.sessions.detach("s1", 99, Error{ErrorCode::unavailable, "another run"});
    agent.sessions.detach("s1", 1, Error{ErrorCode::unavailable, "exit code 3"});
    calls.finish();
    CHECK(calls.outcomes[0]->error().message == "exit code 3");
    CHECK_FALSE(agent.sessions.facts("s1"));
}

TEST_CASE("Pages are joined, kept, and fetched again after list_changed") {
    for (const std::string page : {"1", "7", "0"}) {
        const std::string trace = temporary("trace");
        Child child(everything({"--era", "legacy", "--page", page, "--trace", trace}));
        Agent agent;
        agent.attach(child);
        REQUIRE(agent.opened());
        const auto tools = agent.list("tools/list");
        REQUIRE(tools);
        CHECK(tools->find(R"("echo")") != std::string::npos);
        CHECK(tools->find(R"("rpc_error")") != std::string::npos);
        const auto lines = read_file(trace).size();
        CHECK(agent.list("tools/list").value() == *tools);
        CHECK(read_file(trace).size() == lines);
        CHECK(agent.call("grow"));
        CHECK(agent.call("echo", R"({"message":1})"));
        CHECK(agent.notices.size() == 1);
        CHECK(agent.list("tools/list").value().find("extra0") != std::string::npos);
        ::unlink(trace.c_str());
    }
}

TEST_CASE("Prompts, resources and templates come through, an unknown list is refused") {
    Child child(everything());
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.list("prompts/list").value().find("greet") != std::string::npos);
    CHECK(agent.list("resources/list").value().find("test://binary") != std::string::npos);
    CHECK(agent.list("resources/templates/list").value().find("test://item/{id}") != std::string::npos);
    CHECK(agent.list("secrets/list").error().code == ErrorCode::validation_error);
    const auto read = run_to_end(
        agent.loop,
        agent.sessions.call("s1", "resources/read", R"({"uri":"test://item/9"})", mcp::CallOptions{}));
    CHECK(read.value().find("the text of test://item/9") != std::string::npos);
}

TEST_CASE("Eight big calls at once through small pipes do not deadlock") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    for (const std::size_t size : {100'000u, 1'500'000u}) {
        Together calls(agent);
        const std::string message(size, 'y');
        for (int i = 0; i < 8; ++i) calls.call("echo", R"({"message":")" + message + R"("})");
        calls.finish();
        for (const auto& outcome : calls.outcomes) CHECK(outcome->value() == text_result(message));
    }
}

TEST_CASE("An answer of 16 MiB arrives whole, a longer one fails its own call alone") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    const auto whole = agent.call("big", R"({"bytes":16777000})");
    REQUIRE(whole);
    CHECK(whole->size() > 16'777'000);
    for (const std::string arguments : {R"({"bytes":17000000})", R"({"bytes":17000000,"idLast":true})"}) {
        Together calls(agent);
        calls.call("sleep", R"({"ms":300})");
        calls.call("big", arguments);
        calls.finish();
        CHECK(calls.outcomes[0]->value() == text_result("slept"));
        REQUIRE(!*calls.outcomes[1]);
        CHECK(calls.outcomes[1]->error().code == ErrorCode::payload_too_large);
    }
    CHECK(agent.counts().oversized == 2);
}

TEST_CASE("A frozen server fills its queue and then the newest caller gets the error") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    child.send(SIGSTOP);
    Together calls(agent);
    const std::string message(1'000'000, 'z');
    for (int i = 0; i < 40; ++i) calls.call("echo", R"({"message":")" + message + R"("})");
    agent.loop.restart();
    agent.loop.poll();
    CHECK(!calls.outcomes.front());
    REQUIRE(calls.outcomes.back());
    CHECK(calls.outcomes.back()->error().code == ErrorCode::unavailable);
    child.send(SIGCONT);
    calls.finish();
    CHECK(calls.outcomes.front()->value() == text_result(message));
}

TEST_CASE("Params that are no JSON object never reach the server") {
    Child child(everything({"--era", "strict"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    for (const std::string bad :
         {"{", "[1]", "7", "{},\"id\":9", "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", "{}}\n{"}) {
        const auto answer =
            run_to_end(agent.loop, agent.sessions.call("s1", "tools/list", bad, mcp::CallOptions{}));
        REQUIRE(!answer);
        CHECK(answer.error().code == ErrorCode::validation_error);
    }
    CHECK(run_to_end(agent.loop, agent.sessions.call("s1", "tools/list", "{\n\r\n}", mcp::CallOptions{})));
}
