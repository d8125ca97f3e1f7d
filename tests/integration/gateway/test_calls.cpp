#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

constexpr std::string_view echo = R"({"name":"echo","arguments":{"text":"hi"}})";

}  // namespace

TEST_CASE("A call goes to the server with all its bytes and its answer comes back as it was") {
    House house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    auto call = house.ask(client, "tools/call",
                          R"({"name":"echo","arguments":{"n": 1.50},"x-unknown":[1,{"a":null}]})");
    REQUIRE(files.count("tools/call") == 1);
    CHECK(member_of(files.last("tools/call").params, "arguments") == R"({"n": 1.50})");
    CHECK(member_of(files.last("tools/call").params, "x-unknown") == R"([1,{"a":null}])");
    CHECK_FALSE(call.is_answered());
    files.answer(files.last("tools/call"), R"({"content":[],"x-more":{"deep":[true]}})");
    house.settle();
    CHECK(call.answer() == R"({"jsonrpc":"2.0","id":)" + call.exchange->id +
                               R"(,"result":{"content":[],"x-more":{"deep":[true]}}})");
    CHECK(call.exchange->succeeded);
}

TEST_CASE("Calls of two clients with the same id reach each its own") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    const auto message = [](std::string_view text) {
        return std::make_shared<const gateway::Message>(
            mcp::make_request(R"("same")", "tools/call",
                              R"({"name":"echo","arguments":{"text":")" + std::string(text) + "\"}}"));
    };
    Pending of_ada(house.gateway.begin(ada, message("a"), Era::handshake));
    Pending of_bob(house.gateway.begin(bob, message("b"), Era::handshake));
    house.settle();
    const auto calls = files.all("tools/call");
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].id != calls[1].id);
    files.answer(calls[1], R"({"for":"bob"})");
    files.answer(calls[0], R"({"for":"ada"})");
    house.settle();
    CHECK(of_ada.result() == R"({"for":"ada"})");
    CHECK(of_bob.result() == R"({"for":"bob"})");
    CHECK(member_of(of_bob.answer(), "id") == R"("same")");
}

TEST_CASE("An error of the server keeps its code, message and data") {
    House house;
    FakeServer& files = house.running("files");
    auto call = house.ask(house.session(one("files")), "tools/call", echo);
    const Heard request = files.last("tools/call");
    files.say(R"({"jsonrpc":"2.0","id":)" + request.id +
              R"(,"error":{"code":-32099,"message":"no","data":{"a":1}}})");
    house.settle();
    CHECK(call.error() == R"({"code":-32099,"message":"no","data":{"a":1}})");
    CHECK(house.gateway.counts().failed == 1);
}

TEST_CASE("Rules of a server decide which tools can be called and under which names") {
    House house;
    FakeServer& files = house.running("files");
    auto& target = house.directory.entries["srv_files"].target;
    target.tools.deny = {"erase*"};
    target.tools.rename = {{"read", "look"}};
    house.directory.changed();
    const auto client = house.session(one("files"));
    CHECK(house.ask(client, "tools/call", R"({"name":"erase_all"})").error_code() == "-32602");
    CHECK(house.ask(client, "tools/call", R"({"name":"read"})").error_code() == "-32602");
    CHECK(files.count("tools/call") == 0);
    house.ask(client, "tools/call", R"({"name":"look","arguments":{}})");
    CHECK(files.last("tools/call").params.starts_with(R"({"name":"read","arguments":{})"));

    files.results["tools/list"] = R"({"tools":[{"name":"read"},{"name":"erase_one"},{"name":"write"}]})";
    CHECK(house.ask(client, "tools/list").result() == R"({"tools":[{"name":"look"},{"name":"write"}]})");
}

TEST_CASE("A rule counts from the moment it is made") {
    House house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    house.ask(client, "tools/call", echo);
    CHECK(files.count("tools/call") == 1);
    house.directory.entries["srv_files"].target.tools.deny = {"echo"};
    house.directory.changed();
    CHECK(house.ask(client, "tools/call", echo).error_code() == "-32602");
    house.directory.entries.clear();
    house.directory.changed();
    CHECK_FALSE(house.gateway.is_known(one("files")));
    CHECK(house.ask(client, "tools/call", echo).error().find("SERVER_NOT_FOUND") != std::string::npos);
    CHECK(files.count("tools/call") == 1);
}

TEST_CASE("A client's cancel reaches the server and its late answer goes nowhere") {
    House house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    auto call = house.ask(client, "tools/call", echo);
    const Heard request = files.last("tools/call");
    house.tell(client, "notifications/cancelled", R"({"requestId":)" + call.exchange->id + "}");
    REQUIRE(files.count("notifications/cancelled") == 1);
    CHECK(member_of(files.last("notifications/cancelled").params, "requestId") == request.id);
    files.answer(request, R"({"late":true})");
    house.settle();
    CHECK(call.came().empty());
    CHECK(call.exchange->done);
    CHECK(call.exchange->out->is_finished());
    CHECK(house.gateway.counts().open_calls == 0);
}

TEST_CASE("A client's cancel names only its own request") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    auto call = house.ask(ada, "tools/call", echo);
    house.tell(bob, "notifications/cancelled", R"({"requestId":)" + call.exchange->id + "}");
    CHECK(files.count("notifications/cancelled") == 0);
    CHECK_FALSE(call.exchange->done);
}

TEST_CASE("Progress comes to the caller alone, under the token it gave") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    auto call = house.ask(ada, "tools/call", R"({"name":"slow","_meta":{"progressToken":"mine"}})");
    auto other = house.ask(house.session(one("files"), "bob"), "tools/call",
                           R"({"name":"slow","_meta":{"progressToken":"mine"}})");
    const Heard request = files.all("tools/call")[0];
    const std::string token = member_of(member_of(request.params, "_meta"), "progressToken");
    CHECK(token != R"("mine")");
    files.notify("notifications/progress", R"({"progressToken":)" + token + R"(,"progress":1,"total":2})");
    house.settle();
    REQUIRE(call.came().size() == 1);
    const std::string params = member_of(call.came()[0], "params");
    CHECK(member_of(params, "progressToken") == R"("mine")");
    CHECK(member_of(params, "total") == "2");
    CHECK(other.came().empty());
}

TEST_CASE("A server's silence ends a call with an error, and its progress puts that off") {
    gateway::GatewayLimits limits;
    limits.call = 300ms;
    House house(limits);
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    auto call = house.ask(client, "tools/call", echo);
    house.until([&] { return call.is_answered(); });
    CHECK(call.error().find("no answer within the time limit") != std::string::npos);
    house.settle();
    CHECK(files.count("notifications/cancelled") == 1);
}

TEST_CASE("A server that ends fails the call in flight, and the next call works when it is back") {
    House house;
    house.running("files");
    const auto client = house.session(one("files"));
    auto call = house.ask(client, "tools/call", echo);
    house.stop("srv_files");
    CHECK(call.error().find("the server has ended") != std::string::npos);
    house.start("srv_files");
    FakeServer& files = *house.server("srv_files");
    auto next = house.ask(client, "tools/call", echo);
    files.answer(files.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(next.result() == R"({"content":[]})");
}

TEST_CASE("A sleeping server is woken by a call, once for many, and held while it answers") {
    House house;
    FakeServer& files = house.define("files");
    house.directory.entries["srv_files"].target.is_lazy = true;
    house.directory.changed();
    const auto client = house.session(one("files"));
    CHECK(house.directory.woken.size() == 1);  // nothing is known of it, so its first client waits
    house.stop("srv_files");
    house.directory.woken.clear();
    auto one_call = house.ask(client, "tools/call", echo);
    auto other = house.ask(client, "tools/call", echo);
    house.until([&] { return files.count("tools/call") == 2; });
    CHECK(house.directory.held["srv_files"] == 2);
    for (const auto& request : files.all("tools/call")) files.answer(request, "{}");
    house.settle();
    CHECK(one_call.is_answered());
    CHECK(other.is_answered());
    CHECK(house.directory.held["srv_files"] == 0);
}

TEST_CASE("A call that comes while its server is being put to sleep waits for the next run") {
    House house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    house.begin_stop("srv_files");
    auto call = house.ask(client, "tools/call", echo);
    CHECK(house.directory.woken == std::vector<std::string>{"srv_files"});
    house.until([&] { return files.count("tools/call") == 1; });
    files.answer(files.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(call.result() == R"({"content":[]})");
}

TEST_CASE("A server that cannot be woken says why, and nothing stays held") {
    House house;
    house.define("files");
    house.keep("files", "[]");
    house.directory.entries["srv_files"].target.is_lazy = true;
    house.directory.changed();
    const auto client = house.session(one("files"));
    house.directory.refuses_to_start =
        Error{ErrorCode::cannot_launch, "no such program: nope", {}, "install it"};
    auto call = house.ask(client, "tools/call", echo);
    CHECK(call.error().find("no such program: nope (install it)") != std::string::npos);
    CHECK(house.directory.held["srv_files"] == 0);
}

TEST_CASE("What a sleeping server offered last is listed without waking it") {
    House house;
    house.define("files");
    house.keep("files", R"([{"name":"read"}])");
    const auto client = house.session(one("files"));
    CHECK(house.ask(client, "tools/list").result() == R"({"tools":[{"name":"read"}]})");
    CHECK(house.directory.woken.empty());
}

TEST_CASE("A server that does not answer delays no other") {
    House house;
    FakeServer& slow = house.running("slow");
    FakeServer& quick = house.running("quick");
    quick.results["tools/call"] = R"({"content":[]})";
    const auto client = house.session(one("slow"));
    std::vector<Pending> waiting;
    for (int i = 0; i < 200; ++i) waiting.push_back(house.ask(client, "tools/call", echo));
    CHECK(house.ask(house.session(one("quick")), "tools/call", echo).is_answered());
    CHECK(slow.count("tools/call") == 128);
    for (auto& call : waiting) CHECK_FALSE(call.is_answered());
}

TEST_CASE("A client may have so many requests open and no more") {
    gateway::GatewayLimits limits;
    limits.open_per_client = 3;
    House house(limits);
    house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (int i = 0; i < 4; ++i) calls.push_back(house.ask(client, "tools/call", echo));
    CHECK_FALSE(calls[2].is_answered());
    CHECK(calls[3].error().find("too many requests of this client are open: 3") != std::string::npos);
    CHECK(house.ask(house.session(one("files"), "bob"), "ping").result() == "{}");
}

TEST_CASE("A client of 2026-07-28 gets a handshake server's results in the form of its revision") {
    House house;
    FakeServer& files = house.running("files");
    files.results["tools/list"] = R"({"tools":[{"name":"read"}]})";
    auto list = house.ask_modern(one("files"), "tools/list");
    CHECK(member_of(list.result(), "resultType") == R"("complete")");
    CHECK(member_of(list.result(), "tools") == R"([{"name":"read"}])");
    CHECK_FALSE(member_of(list.result(), "ttlMs").empty());
    auto unknown = house.ask_modern(one("files"), "no/such");
    files.refuse(files.last("no/such"), -32601, "Method not found");
    house.settle();
    CHECK(unknown.exchange->status == 404);
    CHECK(house.ask_modern(one("files"), "initialize").exchange->status == 404);
}

TEST_CASE("A request of 2026-07-28 without its envelope is refused with what is missing") {
    House house;
    house.running("files");
    const auto client = house.gateway.stateless(one("files"), "ada");
    auto bare = house.ask(client, "tools/list", "{}", Era::per_request);
    CHECK(bare.exchange->status == 400);
    CHECK(bare.error().find("io.modelcontextprotocol/protocolVersion") != std::string::npos);
    auto old =
        house.ask(client, "tools/list",
                  R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01"}})", Era::per_request);
    CHECK(old.error_code() == "-32022");
}

TEST_CASE("A client of the handshake era is served by a server of 2026-07-28, with its own capabilities") {
    House house;
    FakeServer& files = house.define("files");
    files.is_modern = true;
    house.start("srv_files");
    const auto client = house.session(one("files"), "ada", R"({"sampling":{}})");
    auto call = house.ask(client, "tools/call", echo);
    const std::string meta = member_of(files.last("tools/call").params, "_meta");
    CHECK(member_of(meta, "io.modelcontextprotocol/clientCapabilities") == R"({"sampling":{}})");
    files.answer(files.last("tools/call"), R"({"resultType":"complete","content":[]})");
    house.settle();
    CHECK(member_of(call.result(), "content") == "[]");
}

TEST_CASE("Every tool call is counted once, with how it ended") {
    House house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    house.ask(client, "tools/call", R"({"name":"good"})");
    files.answer(files.last("tools/call"), R"({"content":[]})");
    house.ask(client, "tools/call", R"({"name":"bad"})");
    files.answer(files.last("tools/call"), R"({"content":[],"isError":true})");
    house.ask(client, "tools/call", R"({"name":"bad"})");
    files.refuse(files.last("tools/call"), -1, "no");
    house.settle();
    const auto* const used = house.gateway.usage().of("srv_files");
    REQUIRE(used != nullptr);
    CHECK(used->at("good").calls == 1);
    CHECK(used->at("good").errors == 0);
    CHECK(used->at("bad").calls == 2);
    CHECK(used->at("bad").errors == 2);
}

TEST_CASE("Closing answers every open call") {
    House house;
    FakeServer& files = house.running("files");
    const auto http = house.session(one("files"));
    auto call = house.ask(http, "tools/call", echo);
    auto modern = house.ask_modern(one("files"), "tools/call", R"("name":"echo")");
    house.close();
    CHECK(modern.error().find("the agent is stopping") != std::string::npos);
    CHECK(call.exchange->done);
    CHECK(call.exchange->out->is_finished());
    CHECK(files.count("notifications/cancelled") == 2);
}
