#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

std::string subscription_of(const std::string& message) {
    return member_of(member_of(member_of(message, "params"), "_meta"),
                     "io.modelcontextprotocol/subscriptionId");
}

Pending listen(House& house, Scope scope, const std::string& filter, const std::string& principal = "ada") {
    return house.ask_modern(std::move(scope), "subscriptions/listen", R"("notifications":)" + filter,
                            Modern{principal});
}

}  // namespace

TEST_CASE("Listening is acknowledged with what the server really offers") {
    House house;
    FakeServer& files = house.define("files");
    files.capabilities = R"({"tools":{"listChanged":true},"prompts":{},"resources":{"subscribe":true}})";
    house.start("srv_files");
    auto open = listen(
        house, one("files"),
        R"({"toolsListChanged":true,"promptsListChanged":true,"resourceSubscriptions":["file:///a"]})");
    REQUIRE(open.came().size() == 1);
    CHECK(member_of(open.came()[0], "method") == R"("notifications/subscriptions/acknowledged")");
    CHECK(member_of(member_of(open.came()[0], "params"), "notifications") ==
          R"({"toolsListChanged":true,"resourceSubscriptions":["file:///a"]})");
    CHECK(subscription_of(open.came()[0]) == open.exchange->id);
    CHECK_FALSE(open.exchange->done);
    CHECK(listen(house, one("files"), "7").exchange->status == 400);
    CHECK(listen(house, one("nothing"), "{}").error().find("SERVER_NOT_FOUND") != std::string::npos);
}

TEST_CASE("A listener hears what it asked for, by its subscription, and nothing else") {
    House house;
    FakeServer& files = house.running("files");
    auto tools = listen(house, one("files"), R"({"toolsListChanged":true})");
    auto one_file = listen(house, one("files"), R"({"resourceSubscriptions":["file:///a"]})", "bob");
    CHECK(files.count("resources/subscribe") == 1);
    files.notify("notifications/tools/list_changed");
    files.notify("notifications/resources/updated", R"({"uri":"file:///a"})");
    files.notify("notifications/resources/updated", R"({"uri":"file:///b"})");
    house.until([&] { return tools.came().size() == 2; });
    CHECK(member_of(tools.came()[1], "method") == R"("notifications/tools/list_changed")");
    CHECK(subscription_of(tools.came()[1]) == tools.exchange->id);
    house.settle();
    // The client of that one request also has the subscription in its own name; its stream is not read.
    REQUIRE(one_file.came().size() == 2);
    CHECK(member_of(member_of(one_file.came()[1], "params"), "uri") == R"("file:///a")");
    CHECK(subscription_of(one_file.came()[1]) == one_file.exchange->id);
}

TEST_CASE("A listener that goes away gives its subscriptions back") {
    House house;
    FakeServer& files = house.running("files");
    auto open = listen(house, one("files"), R"({"resourceSubscriptions":["file:///a"]})");
    auto same = listen(house, one("files"), R"({"resourceSubscriptions":["file:///a"]})", "bob");
    CHECK(files.count("resources/subscribe") == 1);
    house.gateway.abandon(open.exchange);
    house.settle();
    CHECK(files.count("resources/unsubscribe") == 0);
    CHECK(member_of(open.result(), "resultType") == R"("complete")");
    house.gateway.abandon(same.exchange);
    house.settle();
    CHECK(files.count("resources/unsubscribe") == 1);
}

TEST_CASE("A server of 2026-07-28 has one listen request for all who listen") {
    House house;
    FakeServer& files = house.define("files");
    files.is_modern = true;
    house.start("srv_files");
    REQUIRE(files.count("subscriptions/listen") == 1);
    const auto uris = [&] {
        return member_of(member_of(files.last("subscriptions/listen").params, "notifications"),
                         "resourceSubscriptions");
    };
    CHECK(uris().empty());
    auto open = listen(house, one("files"), R"({"resourceSubscriptions":["file:///a"]})");
    CHECK(files.count("subscriptions/listen") == 2);
    CHECK(uris() == R"(["file:///a"])");
    CHECK(files.count("notifications/cancelled") == 1);  // the one before it
    const auto legacy = house.session(one("files"), "bob");
    CHECK(house.ask(legacy, "resources/subscribe", R"({"uri":"file:///b"})").result() == "{}");
    CHECK(uris() == R"(["file:///a","file:///b"])");
    files.notify("notifications/resources/updated",
                 R"({"_meta":{"io.modelcontextprotocol/subscriptionId":1},"uri":"file:///b"})");
    house.settle();
    CHECK(open.came().size() == 1);
    const auto came = House::unasked(legacy);
    REQUIRE(came.size() == 1);
    CHECK(member_of(came[0], "params") == R"({"uri":"file:///b"})");
    house.gateway.abandon(open.exchange);
    house.settle();
    CHECK(uris() == R"(["file:///b"])");
}

TEST_CASE("A server of 2026-07-28 is listened to again when it is back") {
    House house;
    FakeServer& files = house.define("files");
    files.is_modern = true;
    house.start("srv_files");
    auto open = listen(house, one("files"), R"({"resourceSubscriptions":["file:///a"]})");
    const auto before = files.count("subscriptions/listen");
    house.stop("srv_files");
    house.start("srv_files");
    CHECK(files.count("subscriptions/listen") == before + 1);
    CHECK(files.last("subscriptions/listen").params.find("file:///a") != std::string::npos);
}

TEST_CASE("Who listens to many servers as one hears each server's resources under its mark") {
    House house;
    FakeServer& files = house.running("files");
    house.running("other");
    house.keep("files", "[]", R"([{"uri":"file:///a","name":"a"}])");
    house.keep("other", "[]", R"([{"uri":"file:///a","name":"a"}])");
    auto open = listen(house, all(), R"({"resourceSubscriptions":["mcpm+files:file:///a"]})");
    CHECK(files.count("resources/subscribe") == 1);
    CHECK(house.server("srv_other")->count("resources/subscribe") == 0);
    files.notify("notifications/resources/updated", R"({"uri":"file:///a"})");
    house.server("srv_other")->notify("notifications/resources/updated", R"({"uri":"file:///a"})");
    house.settle();
    REQUIRE(open.came().size() == 2);
    CHECK(member_of(member_of(open.came()[1], "params"), "uri") == R"("mcpm+files:file:///a")");
}

TEST_CASE("All that one credential listens to ends with the credential") {
    House house;
    house.running("files");
    auto of_ada = listen(house, one("files"), R"({"toolsListChanged":true})");
    auto of_bob = listen(house, one("files"), R"({"toolsListChanged":true})", "bob");
    house.gateway.end_all_of("ada");
    house.settle();
    CHECK(of_ada.exchange->done);
    CHECK_FALSE(of_bob.exchange->done);
    house.close();
    CHECK(member_of(of_bob.result(), "resultType") == R"("complete")");
}

TEST_CASE("A lazy server is held awake while somebody listens to its resources") {
    House house;
    FakeServer& files = house.define("files");
    house.directory.entries["srv_files"].target.is_lazy = true;
    house.directory.changed();
    house.start("srv_files");
    CHECK(files.heard.empty());
    auto lists = listen(house, one("files"), R"({"toolsListChanged":true})");
    CHECK(house.directory.held["srv_files"] == 0);
    auto resources = listen(house, one("files"), R"({"resourceSubscriptions":["file:///a"]})");
    CHECK(house.directory.held["srv_files"] == 1);
    house.gateway.abandon(resources.exchange);
    CHECK(house.directory.held["srv_files"] == 0);
}
