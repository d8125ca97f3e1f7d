#include "agent/async/notifier.hpp"
#include "agent/async/with_deadline.hpp"
#include "agent/outgoing/client.hpp"
#include "tests/support/remote_server.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <memory>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;
using outgoing::Problem;

namespace {

struct House {
    House() : client(loop, workers) { REQUIRE(run_to_end(loop, client.prepare()).has_value()); }
    ~House() { run_to_end(loop, client.close(1s)); }

    outgoing::Request to(const std::string& path, std::string method = "GET") const {
        outgoing::Request request;
        request.method = std::move(method);
        request.url = path.starts_with("http") ? path : server.url("/plain/" + path);
        return request;
    }
    Result<outgoing::Answer> fetch(outgoing::Request request) {
        return run_to_end(loop, client.fetch(std::move(request)));
    }

    RemoteServer server;
    Loop loop{1};
    Workers workers{1};
    outgoing::Client client;
};

/// What a receiver heard, in order.
struct Heard {
    explicit Heard(Loop& loop) : done(loop) {}
    outgoing::Receiver receiver() {
        outgoing::Receiver receiver;
        receiver.head = [this](const outgoing::Head& head) { status = head.status; };
        receiver.body = [this](std::string_view bytes) { body.append(bytes); };
        receiver.done = [this](const std::optional<outgoing::Failure>& how) {
            ended = true;
            failure = how;
            done.notify_all();
        };
        return receiver;
    }
    Task<> wait() {
        while (!ended) co_await done.wait();
    }
    int status = 0;
    std::string body;
    bool ended = false;
    std::optional<outgoing::Failure> failure;
    Notifier done;
};

/// A port nobody listens on: bound, never listened to.
struct DeadPort {
    DeadPort() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        ::bind(socket, reinterpret_cast<sockaddr*>(&address), length);
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
        port = ntohs(address.sin_port);
    }
    ~DeadPort() { ::close(socket); }
    int socket;
    int port = 0;
};

}  // namespace

TEST_CASE("A request carries method, headers and body, and its answer comes whole") {
    House house;
    auto request = house.to("echo", "POST");
    request.headers = {{"X-One", "1"}, {"X-Empty", ""}};
    request.body = "hello";
    const auto answer = house.fetch(std::move(request));
    REQUIRE(answer.has_value());
    CHECK(answer->head.status == 200);
    CHECK(answer->head.header("content-type") == "application/json");
    CHECK(answer->body.find(R"("body": "hello")") != std::string::npos);
    CHECK(answer->body.find(R"("X-One": "1")") != std::string::npos);
    CHECK(answer->body.find(R"("X-Empty": "")") != std::string::npos);
    CHECK(answer->body.find("Expect") == std::string::npos);
    CHECK(house.fetch(house.to("echo", "DELETE"))->body.find(R"("method": "DELETE")") != std::string::npos);
    CHECK(house.fetch(house.to("status/404"))->head.status == 404);
}

TEST_CASE("A body comes as bytes, as it comes") {
    House house;
    Heard heard(house.loop);
    const auto ticket = house.client.start(house.to("stream?count=3"), heard.receiver());
    REQUIRE(ticket.has_value());
    run_to_end(house.loop, heard.wait());
    CHECK(heard.status == 200);
    CHECK(heard.body == "data: event 0\r\n\r\ndata: event 1\r\n\r\ndata: event 2\r\n\r\n");
    CHECK_FALSE(heard.failure);
}

TEST_CASE("Many requests at once, and one that is cancelled tells nothing more") {
    House house;
    Heard hanging(house.loop);
    auto cancelled = house.client.start(house.to("hang"), hanging.receiver());
    std::vector<std::unique_ptr<Heard>> all;
    std::vector<outgoing::Ticket> tickets;
    for (int i = 0; i < 30; ++i) {
        all.push_back(std::make_unique<Heard>(house.loop));
        auto ticket = house.client.start(house.to("big?bytes=100000"), all.back()->receiver());
        REQUIRE(ticket.has_value());
        tickets.push_back(std::move(*ticket));
    }
    cancelled->cancel();
    for (const auto& heard : all) {
        run_to_end(house.loop, heard->wait());
        CHECK(heard->body.size() == 100000);
    }
    CHECK_FALSE(hanging.ended);
}

TEST_CASE("What went wrong has a name, and no sentence has the path or a header") {
    House house;
    const auto fails_with = [&](outgoing::Request request, std::string_view problem) {
        request.headers.emplace_back("Authorization", "Bearer hidden");
        const auto answer = house.fetch(std::move(request));
        REQUIRE(answer.has_error());
        CHECK(answer.error().details.json() == R"({"problem":")" + std::string(problem) + R"("})");
        CHECK(answer.error().message.find("hidden") == std::string::npos);
        CHECK(answer.error().message.find("plain") == std::string::npos);
        return answer.error();
    };
    const DeadPort dead;
    const auto refused =
        fails_with(house.to("http://127.0.0.1:" + std::to_string(dead.port) + "/hidden"), "connect");
    CHECK(refused.message == "reach http://127.0.0.1:" + std::to_string(dead.port) + ": Connection refused");
    CHECK(fails_with(house.to("http://no-such-host.invalid/hidden"), "dns").code == ErrorCode::unavailable);
    // Plain HTTP where TLS was meant.
    fails_with(house.to("https://127.0.0.1:" + std::to_string(house.server.port()) + "/hidden"), "tls");
    fails_with(house.to("cut"), "cut-off");
    fails_with(house.to("flood"), "too-large");
    auto hanging = house.to("hang");
    hanging.limits.total = 50ms;
    CHECK(fails_with(hanging, "timed-out").code == ErrorCode::timed_out);
    hanging.limits.total = 0ms;
    hanging.limits.idle = 50ms;
    CHECK(fails_with(hanging, "timed-out").code == ErrorCode::timed_out);
    auto big = house.to("big?bytes=2000");
    big.limits.body = 1999;
    CHECK(fails_with(big, "too-large").code == ErrorCode::payload_too_large);
    big.limits.body = 2000;
    CHECK(house.fetch(big).has_value());
}

TEST_CASE("A redirect is followed to the same origin alone, and not for ever") {
    House house;
    const auto answer = house.fetch(house.to("redirect/307?to=/plain/echo"));
    REQUIRE(answer.has_value());
    CHECK(answer->body.find(R"("method": "GET")") != std::string::npos);
    auto post = house.to("redirect/308?to=../echo", "POST");
    post.body = "kept";
    CHECK(house.fetch(post)->body.find("kept") != std::string::npos);
    post = house.to("redirect/303?to=/plain/echo", "POST");
    post.body = "dropped";
    CHECK(house.fetch(post)->body.find(R"("method": "GET")") != std::string::npos);
    CHECK(house.fetch(house.to("loop")).error().message.find("again and again") != std::string::npos);
    for (const std::string other :
         {"http://127.0.0.2:1/", "https://127.0.0.1/", "file:///etc/passwd", "//evil.test/x"}) {
        const auto refused = house.fetch(house.to("redirect/302?to=" + other));
        REQUIRE(refused.has_error());
        CHECK(refused.error().details.json() == R"({"problem":"redirect"})");
    }
}

TEST_CASE("A proxy of the environment is not asked for loopback") {
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    House house;
    CHECK(house.fetch(house.to("echo")).has_value());
    const auto refused = house.fetch(house.to("http://example.invalid/")).error();
    CHECK(refused.details.json() == R"({"problem":"proxy"})");
    CHECK(refused.message ==
          "reach http://example.invalid:80 through the proxy http://127.0.0.1:1: no connection to the proxy: "
          "Connection refused");
    ::unsetenv("http_proxy");
}

TEST_CASE("A proxy of the settings is used, and its refusal is told without its credentials") {
    RemoteServer server;
    Loop loop{1};
    Workers workers{1};
    const std::string proxy = server.url("");
    const std::string address = proxy.substr(proxy.find("//") + 2);
    outgoing::Client client(loop, workers, {"http://user:hidden@" + address, "exempt.invalid", {}});
    REQUIRE(run_to_end(loop, client.prepare()).has_value());
    outgoing::Request request;
    request.url = "http://example.invalid/plain/echo";
    const auto answer = run_to_end(loop, client.fetch(request));
    REQUIRE(answer.has_value());
    CHECK(answer->head.status == 200);
    request.url = "https://example.invalid/plain/echo";
    const auto refused = run_to_end(loop, client.fetch(request));
    REQUIRE(refused.has_error());
    CHECK(refused.error().details.json() == R"({"problem":"proxy"})");
    CHECK(refused.error().message.find("refused with 407") != std::string::npos);
    CHECK(refused.error().message.find("hidden") == std::string::npos);
    request.url = "http://exempt.invalid/plain/echo";
    CHECK(run_to_end(loop, client.fetch(request)).error().details.json() == R"({"problem":"dns"})");
    run_to_end(loop, client.close(1s));
}

TEST_CASE("A compressed answer is decoded, and its limit counts what comes out") {
    House house;
    const auto answer = house.fetch(house.to("packed?bytes=100000"));
    REQUIRE(answer.has_value());
    CHECK(answer->body == std::string(100000, 'x'));
    auto bomb = house.to("packed?bytes=3000000");
    bomb.limits.body = 100000;
    CHECK(house.fetch(bomb).error().code == ErrorCode::payload_too_large);
}

TEST_CASE("A file of certificates that is not there is an error of TLS") {
    RemoteServer server;
    Loop loop{1};
    Workers workers{1};
    outgoing::Client client(loop, workers, {{}, {}, "/no/such/file.pem"});
    REQUIRE(run_to_end(loop, client.prepare()).has_value());
    outgoing::Request request;
    request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    CHECK(run_to_end(loop, client.fetch(request)).error().details.json() == R"({"problem":"tls"})");
    run_to_end(loop, client.close(1s));
}

TEST_CASE("A receiver may cancel, begin another one and be gone") {
    House house;
    Heard second(house.loop);
    outgoing::Ticket first_ticket;
    outgoing::Ticket second_ticket;
    outgoing::Receiver receiver;
    receiver.head = [&](const outgoing::Head&) {
        first_ticket.cancel();
        second_ticket = *house.client.start(house.to("echo"), second.receiver());
    };
    receiver.body = [](std::string_view) { FAIL("it was cancelled"); };
    receiver.done = [](const std::optional<outgoing::Failure>&) { FAIL("it was cancelled"); };
    first_ticket = *house.client.start(house.to("big?bytes=10"), std::move(receiver));
    run_to_end(house.loop, second.wait());
    CHECK(second.status == 200);
}

TEST_CASE("What is sent to be forgotten arrives before the client is closed") {
    RemoteServer server;
    {
        Loop loop{1};
        Workers workers{1};
        outgoing::Client client(loop, workers);
        REQUIRE(run_to_end(loop, client.prepare()).has_value());
        outgoing::Request leave;
        leave.method = "DELETE";
        leave.url = server.url("/mcp/legacy");
        client.send_and_forget(std::move(leave));
        run_to_end(loop, client.close(5s));
        CHECK(client.start({}, {}).has_error());
    }
    House house;
    CHECK(house.fetch(house.to(server.url("/log")))->body.find("DELETE") != std::string::npos);
}

TEST_CASE("Origins are compared with their port said, and references are resolved") {
    House house;
    CHECK(house.client.origin_of("HTTPS://Example.Test/x?y") == "https://example.test:443");
    CHECK(house.client.origin_of("http://[::1]:8080") == "http://[::1]:8080");
    CHECK(house.client.origin_of("ftp://example.test") == "");
    CHECK(house.client.origin_of("nonsense") == "");
    CHECK(house.client.resolve("http://a.test/x/y?z", "/m?s=1").value() == "http://a.test/m?s=1");
    CHECK(house.client.resolve("http://a.test/x/y", "m").value() == "http://a.test/x/m");
    CHECK(house.client.resolve("http://a.test/x", "https://b.test/").value() == "https://b.test/");
    CHECK(house.client.resolve("http://a.test/x", "").has_error());
}
