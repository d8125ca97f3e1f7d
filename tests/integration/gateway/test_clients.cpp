#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("A session belongs to its credential and its address") {
    House house;
    house.running("files");
    const auto ada = house.session(one("files"));
    CHECK(ada->id.size() == 64);
    CHECK(house.gateway.find_session(ada->id, "ada", one("files")) == ada);
    CHECK(house.gateway.find_session(ada->id, "bob", one("files")) == nullptr);
    CHECK(house.gateway.find_session(ada->id, "ada", all()) == nullptr);
    CHECK(house.gateway.find_session("nothing", "ada", one("files")) == nullptr);
    house.gateway.end(ada);
    CHECK(house.gateway.find_session(ada->id, "ada", one("files")) == nullptr);
    CHECK(ada->out->is_finished());
}

TEST_CASE("A client learns of its server what the server said of itself, in the version that it asked for") {
    House house;
    house.running("files");
    const auto client = house.gateway.open_session(one("files"), "ada");
    REQUIRE(client.has_value());
    auto hello = house.ask(*client, "initialize", R"({"protocolVersion":"2025-03-26","capabilities":{}})");
    CHECK(member_of(hello.result(), "protocolVersion") == R"("2025-03-26")");
    CHECK(member_of(hello.result(), "serverInfo") == R"({"name":"files","version":"1"})");
    CHECK(member_of(hello.result(), "instructions") == R"("Ask files")");
    CHECK(house.ask(*client, "initialize", R"({"capabilities":{}})").error_code() == "-32602");
    auto modern = house.ask_modern(one("files"), "server/discover");
    CHECK(member_of(modern.result(), "supportedVersions").find("2026-07-28") != std::string::npos);
    CHECK(house.ask_modern(one("none"), "server/discover").error().find("SERVER_NOT_FOUND") !=
          std::string::npos);
}

TEST_CASE("All servers as one speak for each of theirs") {
    House house;
    house.running("files");
    house.running("notes");
    const auto client = house.gateway.open_session(all(), "ada");
    auto hello = house.ask(*client, "initialize", R"({"protocolVersion":"2025-11-25","capabilities":{}})");
    CHECK(member_of(hello.result(), "instructions") == R"("# files\nAsk files\n\n# notes\nAsk notes")");
    CHECK(member_of(member_of(hello.result(), "capabilities"), "logging") == "{}");
}

TEST_CASE("So many sessions are open and no more, and one that ends makes place") {
    gateway::GatewayLimits limits;
    limits.sessions = 2;
    House house(limits);
    house.running("files");
    const auto ada = house.session(one("files"));
    house.session(one("files"), "bob");
    const auto refused = house.gateway.open_session(one("files"), "eve");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::unavailable);
    house.gateway.end(ada);
    CHECK(house.gateway.open_session(one("files"), "eve").has_value());
    CHECK(house.gateway.counts().sessions == 1);
}

TEST_CASE("A session that is idle is reaped, and one that is read or has a call open is not") {
    gateway::GatewayLimits limits;
    limits.session_idle = 100ms;
    House house(limits);
    house.running("files");
    const auto idle = house.session(one("files"));
    const auto read = house.session(one("files"), "bob");
    const auto calls = house.session(one("files"), "eve");
    ++read->readers;
    auto call = house.ask(calls, "tools/call", R"({"name":"echo"})");
    house.until([&] { return !idle->is_open; });
    CHECK(read->is_open);
    CHECK(calls->is_open);
    --read->readers;
    house.until([&] { return !read->is_open; });
    CHECK(calls->is_open);
}

TEST_CASE("Everything of a credential ends with it") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    const auto stdio = house.gateway.open_stdio(one("files"), "ada");
    auto call = house.ask(ada, "tools/call", R"({"name":"echo"})");
    house.gateway.end_all_of("ada");
    house.settle();
    CHECK_FALSE(ada->is_open);
    CHECK_FALSE(stdio->is_open);
    CHECK(bob->is_open);
    CHECK(call.exchange->done);
    CHECK(files.count("notifications/cancelled") == 1);
}

TEST_CASE("Sessions go on in the next agent with what they subscribed to and the level they set") {
    std::string text;
    std::string id;
    {
        House house;
        house.running("files");
        const auto ada = house.session(one("files"), "ada", R"({"sampling":{}})");
        house.ask(ada, "resources/subscribe", R"({"uri":"file:///a"})");
        house.ask(ada, "logging/setLevel", R"({"level":"warning"})");
        CHECK(house.directory.session_changes >= 3);
        id = ada->id;
        text = house.gateway.sessions_text();
    }
    House house;
    house.define("files");
    CHECK(house.gateway.restore_sessions(text) == 1);
    const auto ada = house.gateway.find_session(id, "ada", one("files"));
    REQUIRE(ada);
    CHECK(ada->was_restored);
    CHECK(ada->has_initialized);
    CHECK(ada->capabilities == R"({"sampling":{}})");
    house.start("srv_files");
    FakeServer& files = *house.server("srv_files");
    CHECK(files.count("resources/subscribe") == 1);
    CHECK(files.last("logging/setLevel").params.starts_with(R"({"level":"warning")"));
    files.notify("notifications/resources/updated", R"({"uri":"file:///a"})");
    house.settle();
    CHECK(House::unasked(ada).size() == 1);
}

TEST_CASE("What is no text of sessions restores nothing") {
    House house;
    CHECK(house.gateway.restore_sessions("") == 0);
    CHECK(house.gateway.restore_sessions(R"({"format":2,"sessions":[]})") == 0);
    CHECK(house.gateway.restore_sessions(
              R"({"format":1,"sessions":[7,{},{"id":"short","principal":"ada"}]})") == 0);
}

TEST_CASE("All that comes to a client on stdio comes on one stream, in order") {
    House house;
    FakeServer& files = house.running("files");
    const auto shim = house.gateway.open_stdio(one("files"), "ada");
    const auto begin = [&](std::string_view id, std::string_view method, std::string_view params) {
        house.gateway.begin(shim,
                            std::make_shared<const gateway::Message>(mcp::make_request(id, method, params)),
                            Era::handshake, shim->out);
        house.settle();
    };
    begin("1", "initialize", R"({"protocolVersion":"2025-11-25","capabilities":{}})");
    begin("2", "tools/call", R"({"name":"a"})");
    files.notify("notifications/message", R"({"level":"info","data":"x"})");
    house.settle();
    files.answer(files.last("tools/call"), "{}");
    house.settle();
    const auto came = House::unasked(shim);
    REQUIRE(came.size() == 3);
    CHECK(member_of(came[0], "id") == "1");
    CHECK(member_of(came[1], "method") == R"("notifications/message")");
    CHECK(member_of(came[2], "id") == "2");
    CHECK_FALSE(shim->out->is_finished());
}

TEST_CASE("Streams come to their end when the agent is about to be replaced") {
    House house;
    house.running("files");
    const auto client = house.session(one("files"));
    house.gateway.finish_streams();
    CHECK(client->out->is_finished());
    CHECK(client->is_open);
}

TEST_CASE("A level that was set by a client that ends counts no more") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    house.ask(ada, "logging/setLevel", R"({"level":"error"})");
    house.ask(bob, "logging/setLevel", R"({"level":"info"})");
    house.gateway.end(bob);
    house.settle();
    CHECK(files.last("logging/setLevel").params.starts_with(R"({"level":"error")"));
}
