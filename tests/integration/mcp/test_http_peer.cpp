// Sessions with remotes that behave as real ones do, well and badly: tests/support/remote_server.py.
#include "agent/mcp/http_peer.hpp"
#include "tests/integration/mcp/served.hpp"
#include "tests/support/remote_server.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <memory>

using namespace mcpm;
using namespace mcpm::test;
using Json = nlohmann::json;

namespace {

std::string text_result(const std::string& text) {
    return R"({"content": [{"type": "text", "text": ")" + text + R"("}]})";
}

/// An agent with one remote server, "s1".
struct Remote {
    Remote() : client(agent.loop, workers) {
        if (!run_to_end(agent.loop, client.prepare())) throw std::runtime_error("libcurl");
    }
    ~Remote() {
        agent.close();
        run_to_end(agent.loop, client.close(2s));
    }

    bool open(const std::string& options, Transport transport = Transport::http,
              outgoing::Headers headers = {}) {
        return open_url(server.url("/mcp/" + options), transport, std::move(headers));
    }
    bool open_url(const std::string& url, Transport transport = Transport::http,
                  outgoing::Headers headers = {}) {
        mcp::Attachment attachment;
        attachment.server_id = "s1";
        attachment.server_name = "remote";
        attachment.run = ++agent.run;
        attachment.start_timeout = 20s;
        attachment.probe_limit = probe_limit;
        if (transport == Transport::sse) attachment.hint = mcp::EraHint::handshake_only;
        mcp::HttpTarget target{url, std::move(headers), transport};
        attachment.make_peer = [this, target](mcp::Peer::Events events) {
            return std::make_shared<mcp::HttpPeer>(agent.loop, client, target, std::move(events));
        };
        agent.failure.reset();
        agent.sessions.attach(std::move(attachment));
        return agent.opened();
    }
    Json get(const std::string& path, std::string method = "GET") {
        outgoing::Request request;
        request.url = server.url(path);
        request.method = std::move(method);
        const auto answer = run_to_end(agent.loop, client.fetch(std::move(request)));
        return answer ? Json::parse(answer->body, nullptr, false) : Json();
    }
    /// "POST initialize", "GET", … in the order they came.
    std::vector<std::string> asked() {
        std::vector<std::string> all;
        for (const auto& one : get("/log")) {
            const auto& method = one["method"];
            all.push_back(one["http"].get<std::string>() +
                          (method.is_string() ? " " + method.get<std::string>() : ""));
        }
        return all;
    }
    template <typename Condition>
    bool until(Condition condition) {
        return run_to_end(agent.loop, wait_until(condition));
    }
    template <typename Condition>
    static Task<bool> wait_until(Condition condition) {
        for (int i = 0; i < 2000; ++i) {
            if (condition()) co_return true;
            co_await sleep_for(5ms);
        }
        co_return false;
    }

    RemoteServer server;
    Workers workers{1};
    Agent agent;
    outgoing::Client client;
    Duration probe_limit = Agent::default_probe();
};

using Asked = std::vector<std::string>;

}  // namespace

TEST_CASE("A 2026-07-28 remote is met without a handshake, and each request has its headers") {
    Remote remote;
    REQUIRE(remote.open("modern,noget"));
    CHECK(remote.agent.sessions.facts("s1")->era == mcp::Era::per_request);
    CHECK(remote.agent.call("echo", R"({"message":"hi"})").value() == text_result("hi"));
    const auto result = Json::parse(remote.agent.call("headers").value());
    const auto headers = Json::parse(result["content"][0]["text"].get<std::string>());
    CHECK(headers["mcp-protocol-version"] == "2026-07-28");
    CHECK(headers["mcp-method"] == "tools/call");
    CHECK(headers["mcp-name"] == "headers");
    CHECK(headers["accept"] == "application/json, text/event-stream");
    CHECK_FALSE(headers.contains("mcp-session-id"));
    CHECK(remote.asked() == Asked{"POST server/discover", "POST tools/call", "POST tools/call"});
}

TEST_CASE("Arguments that a 2026-07-28 remote wants in headers are there, listed before or not") {
    Remote remote;
    REQUIRE(remote.open("modern,noget,params"));
    const auto headers_of = [&](const std::string& arguments) {
        const auto answer = remote.agent.call("place", arguments);
        REQUIRE(answer.has_value());
        return Json::parse(Json::parse(*answer)["content"][0]["text"].get<std::string>());
    };
    const auto headers = headers_of(R"({"region":"eu west","where":{"shard":7},"note":"n"})");
    CHECK(headers["mcp-param-region"] == "eu west");
    CHECK(headers["mcp-param-shard"] == "7");
    const Asked looked_up{"POST server/discover", "POST tools/call", "POST tools/list", "POST tools/list",
                          "POST tools/call"};
    CHECK(remote.asked() == looked_up);
    const auto other = headers_of(R"({"region":"Zürich"})");
    CHECK(other["mcp-param-region"] == "=?base64?WsO8cmljaA==?=");
    CHECK_FALSE(other.contains("mcp-param-shard"));
    // Refused again with the list at hand, it is the caller's fault.
    const auto refused = remote.agent.call("place", R"({"region":null})");
    REQUIRE(refused.has_error());
    CHECK(refused.error().details.json().find("-32020") != std::string::npos);
    CHECK(remote.agent.call("echo", R"({"message":"still here"})").value() == text_result("still here"));
}

TEST_CASE("A handshake remote refuses the newer question with 400 and is shaken hands with") {
    for (const std::string answers : {"", ",stream"}) {
        Remote remote;
        REQUIRE(remote.open("legacy,session,noget" + answers));
        CHECK(remote.agent.sessions.facts("s1")->protocol_version == "2025-11-25");
        CHECK(remote.agent.call("count").value() == text_result("1"));
        CHECK(remote.agent.call("count").value() == text_result("2"));
        const auto log = remote.get("/log");
        CHECK(log[0]["version"] == "2026-07-28");
        CHECK(log[1]["version"].is_null());
        CHECK(log[2]["version"] == "2025-11-25");
        CHECK(log[2]["session"].get<std::string>().starts_with("session-"));
        auto asked = remote.asked();
        std::sort(asked.begin() + 3, asked.end());  // nothing says which of these comes first
        CHECK(asked == Asked{"POST server/discover", "POST initialize", "POST notifications/initialized",
                             "GET", "POST tools/call", "POST tools/call"});
    }
}

TEST_CASE("A session is taken leave of when it is closed") {
    Remote remote;
    REQUIRE(remote.open("legacy,session,noget"));
    remote.agent.sessions.detach("s1", remote.agent.run, Error{ErrorCode::cancelled, "stopped"});
    CHECK(remote.until([&] { return remote.asked().back() == "DELETE"; }));
}

TEST_CASE("Silence after the newer question is followed by the handshake") {
    Remote remote;
    remote.probe_limit = 100ms;
    REQUIRE(remote.open("legacy,session,silent"));
    CHECK(remote.agent.call("echo", R"({"message":"hi"})").value() == text_result("hi"));
}

TEST_CASE("HTTP+SSE is fallen back to, or asked for by name") {
    for (const auto transport : {Transport::http, Transport::sse}) {
        Remote remote;
        REQUIRE(remote.open("old", transport));
        CHECK(remote.agent.call("echo", R"({"message":"hi"})").value() == text_result("hi"));
        CHECK(remote.agent.call("count").value() == text_result("1"));
        const auto asked = remote.asked();
        CHECK(asked[transport == Transport::sse ? 0 : 2] == "GET");
        CHECK(remote.agent.call("nothing").error().details.json().find("-32601") != std::string::npos);
    }
}

TEST_CASE("An endpoint on another host is not followed") {
    Remote remote;
    CHECK_FALSE(remote.open("old,foreign", Transport::sse));
    CHECK(remote.agent.failure->message.find("another host") != std::string::npos);
}

TEST_CASE("The end of the stream that is the session ends it") {
    Remote remote;
    REQUIRE(remote.open("old", Transport::sse));
    remote.get("/forget");
    CHECK(remote.until([&] { return remote.agent.failure.has_value(); }));
    CHECK(remote.agent.call("echo").error().code == ErrorCode::unavailable);
}

TEST_CASE("Every call gets its own answer, many at once, as streams and as bodies") {
    for (const std::string options : {"modern", "legacy,session,stream"}) {
        Remote remote;
        REQUIRE(remote.open(options));
        std::vector<std::optional<Result<std::string>>> outcomes(40);
        TaskGroup group(remote.agent.loop);
        struct One {
            static Task<> run(Agent& agent, std::string text, std::optional<Result<std::string>>& outcome) {
                auto got = co_await agent.call_task("echo", R"({"message":")" + text + R"("})");
                outcome = std::move(got);
            }
            static Task<> drain(TaskGroup& tasks) { co_await tasks.drain(); }
        };
        for (std::size_t i = 0; i < outcomes.size(); ++i)
            group.spawn("call", One::run(remote.agent, std::to_string(i), outcomes[i]));
        run_to_end(remote.agent.loop, One::drain(group));
        for (std::size_t i = 0; i < outcomes.size(); ++i)
            CHECK(outcomes[i]->value() == text_result(std::to_string(i)));
    }
}

TEST_CASE("Whatever the answer looks like, it is one line, and a batch is its members") {
    Remote remote;
    REQUIRE(remote.open("legacy,session"));
    CHECK(Json::parse(remote.agent.call("pretty").value())["content"][0]["text"] == "a\nb");
    CHECK(remote.agent.call("pretty").value().find('\n') == std::string::npos);
    CHECK(remote.agent.call("batch").value() == text_result("batched"));
    CHECK(remote.agent.notices.size() == 1);
}

TEST_CASE("What is wrong with one request is an error of that call alone") {
    Remote remote;
    REQUIRE(remote.open("legacy,session"));
    const auto fails_with = [&](const std::string& tool, const std::string& arguments) {
        const auto answer = remote.agent.call(tool, arguments);
        REQUIRE(answer.has_error());
        CHECK(answer.error().code == ErrorCode::wrong_state);
        return answer.error().message + answer.error().details.json();
    };
    CHECK(fails_with("status", R"({"code":503})").find("503 Service Unavailable") != std::string::npos);
    CHECK(fails_with("status", R"({"code":401})").find("credentials are missing") != std::string::npos);
    CHECK(fails_with("status", R"({"code":403})").find(R"("problem":"forbidden")") != std::string::npos);
    CHECK(fails_with("cut", "{}").find("cut-off") != std::string::npos);
    CHECK(fails_with("nothing", "{}").find("-32601") != std::string::npos);
    CHECK(remote.agent.call("big", R"({"bytes":20000000})").error().code == ErrorCode::payload_too_large);
    CHECK(remote.agent.counts().oversized == 1);
    CHECK(remote.agent.call("big", R"({"bytes":10000000})").has_value());
    CHECK(remote.agent.call("echo", R"({"message":"still here"})").value() == text_result("still here"));
    CHECK_FALSE(remote.agent.failure);
}

TEST_CASE("A stream that breaks before the answer is resumed where it broke") {
    Remote remote;
    REQUIRE(remote.open("legacy,session,stream,broken"));
    CHECK(remote.agent.call("echo", R"({"message":"hi"})").value() == text_result("hi"));
    const auto log = remote.get("/log");
    bool resumed = false;
    for (const auto& one : log)
        resumed = resumed || (one["http"] == "GET" && one["last"].is_string() && one["session"].is_string());
    CHECK(resumed);
}

TEST_CASE("A session the server forgot is opened again behind its callers' backs") {
    for (const std::string options :
         {"legacy,session", "legacy,session,noget,bad400", "legacy,session,stream"}) {
        Remote remote;
        REQUIRE(remote.open(options));
        CHECK(remote.agent.call("count").value() == text_result("1"));
        CHECK(remote.agent.reopened == 0);
        remote.get("/forget");
        CHECK(remote.agent.call("count").value() == text_result("1"));
        CHECK(remote.agent.reopened == 1);
        CHECK(remote.agent.call("count").value() == text_result("2"));
        CHECK_FALSE(remote.agent.failure);
        bool told = false;
        for (const auto& notice : remote.agent.notices)
            told = told || notice.find("notifications/tools/list_changed") != std::string::npos;
        CHECK(told);
        int opened = 0;
        for (const auto& one : remote.asked()) opened += one == "POST initialize" ? 1 : 0;
        CHECK(opened == 2);
    }
}

TEST_CASE("What belongs to no call comes on a stream of its own, which is opened again when it ends") {
    Remote remote;
    REQUIRE(remote.open("legacy"));
    const auto told = [&] {
        remote.agent.call("tell");
        return !remote.agent.notices.empty();
    };
    CHECK(remote.until([&] { return remote.asked().back() == "GET"; }));
    CHECK(remote.until(told));  // the notice comes on another connection than the answer
    remote.get("/forget");      // ends the stream
    CHECK(remote.until([&] { return remote.asked().back() == "GET"; }));
    for (const auto& one : remote.get("/log"))
        if (one["http"] == "GET" && one["last"].is_string())
            CHECK(one["last"].get<std::string>().starts_with("g"));
    remote.agent.notices.clear();
    CHECK(remote.until(told));
}

TEST_CASE("Progress of a call arrives on its own stream") {
    Remote remote;
    REQUIRE(remote.open("legacy,session,stream"));
    int heard = 0;
    mcp::CallOptions options;
    options.progress = [&](std::string_view) { ++heard; };
    CHECK(remote.agent.call("echo", R"({"message":"x"})", options).has_value());
    CHECK(heard == 1);
}

TEST_CASE("A cancel closes the request in the per-request era and is a message before") {
    for (const std::string options : {"modern", "legacy,session"}) {
        Remote remote;
        REQUIRE(remote.open(options));
        // While the end of the handshake is on its way, a call waits with us, and one that is given up there
        // is never sent: nothing to cancel.
        CHECK(remote.agent.call("echo", R"({"message":"first"})").value() == text_result("first"));
        mcp::CallOptions brief;
        brief.timeout = 100ms;
        const auto late = remote.agent.call("slow", R"({"seconds":5})", brief);
        CHECK(late.error().code == ErrorCode::timed_out);
        CHECK(remote.agent.call("echo", R"({"message":"next"})").value() == text_result("next"));
        const auto is_told = [&] {
            const auto asked = remote.asked();
            return std::find(asked.begin(), asked.end(), "POST notifications/cancelled") != asked.end();
        };
        // Each message has a connection of its own: this one may come after the next call was answered.
        CHECK((options == "modern" ? !is_told() : remote.until(is_told)));
        CHECK(remote.agent.counts().calls.late == 0);
    }
}

TEST_CASE("Credentials are sent as configured, and missing ones are said") {
    Remote remote;
    CHECK_FALSE(remote.open("modern,auth"));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"unauthorized","status":401})");
    CHECK_FALSE(remote.open("modern,auth", Transport::http, {{"Authorization", "Bearer bad-secret"}}));
    CHECK(remote.agent.failure->message.find("bad-secret") == std::string::npos);
    CHECK(remote.agent.learned == mcp::EraHint::none);
    // What the transport decides cannot be configured away.
    CHECK(remote.open("modern,auth", Transport::http, {{"Authorization", "Bearer good"}, {"accept", "x/y"}}));
    CHECK(remote.agent.call("echo", R"({"message":"in"})").value() == text_result("in"));
}

TEST_CASE("A remote that is not there is said at once, and one that goes away is lost") {
    Remote remote;
    CHECK_FALSE(remote.open_url("http://127.0.0.1:1/mcp"));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"connect"})");
    CHECK(remote.agent.failure->message.find("Connection refused") != std::string::npos);
    CHECK_FALSE(remote.open_url("http://no-such-host.invalid/mcp"));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"dns"})");
    CHECK_FALSE(remote.open_url(remote.server.url("/plain/redirect/307?to=http://127.0.0.2:1/")));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"redirect"})");
    CHECK_FALSE(remote.open_url(remote.server.url("/plain/cut")));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"cut-off"})");
    CHECK_FALSE(remote.open_url(remote.server.url("/plain/status/502")));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"http-status","status":502})");
    REQUIRE(remote.open("legacy,session"));
    CHECK(remote.until([&] { return remote.asked().back() == "GET"; }));
    remote.server.end();
    CHECK(remote.until([&] { return remote.agent.failure.has_value(); }));
    CHECK(remote.agent.failure->details.json() == R"({"problem":"connect"})");
    CHECK(remote.agent.call("echo").error().code == ErrorCode::unavailable);
}
