#include "agent/live/client_message.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using live::read_client_message;
using live::Subscribe;
using live::Topic;

namespace {

Subscribe subscribe(std::string_view text) {
    const auto read = read_client_message(text);
    REQUIRE(read.message.has_value());
    REQUIRE(std::holds_alternative<Subscribe>(*read.message));
    return std::get<Subscribe>(*read.message);
}

/// What is said of a bad one.
std::string refusal(std::string_view text) {
    const auto read = read_client_message(text);
    REQUIRE_FALSE(read.message.has_value());
    CHECK(read.message.error().code == ErrorCode::validation_error);
    return read.message.error().message;
}

}  // namespace

TEST_CASE("A subscription names its number, its topic and maybe a server") {
    const auto all = subscribe(R"({"type":"subscribe","id":0,"topic":"servers"})");
    CHECK(all.id == 0);
    CHECK(all.topic == Topic::servers);
    CHECK(all.server.empty());
    const auto one =
        subscribe(R"({"topic":"stats","server":"a b","type":"subscribe","id":9007199254740991})");
    CHECK(one.id == 9007199254740991ULL);
    CHECK(one.topic == Topic::stats);
    CHECK(one.server == "a b");
}

TEST_CASE("A log's filter holds what a query would") {
    const auto logs = subscribe(
        R"({"type":"subscribe","id":1,"topic":"logs","server":"web",
            "filter":{"level":"warn","tail":5,"run":-1,"ignoreCase":true}})");
    using Pair = std::pair<std::string, std::string>;
    CHECK(logs.filter ==
          std::vector<Pair>{{"level", "warn"}, {"tail", "5"}, {"run", "-1"}, {"ignoreCase", "1"}});
}

TEST_CASE("The end of a subscription and a ping are understood") {
    CHECK(std::get<live::Unsubscribe>(*read_client_message(R"({"type":"unsubscribe","id":3})").message).id ==
          3);
    CHECK(std::holds_alternative<live::Ping>(*read_client_message(R"({"type":"ping"})").message));
}

TEST_CASE("What is unknown, missing or of another kind is refused by its name") {
    CHECK(refusal("") != "");
    CHECK(refusal("[]").find("object") != std::string::npos);
    CHECK(refusal("{}").find("type") == 0);
    CHECK(refusal(R"({"type":"server:deleted","data":{}})").find("type") == 0);
    CHECK(refusal(R"({"type":["ping"]})").find("type") == 0);
    CHECK(refusal(R"({"type":"ping","data":1})").find("'data'") == 0);
    CHECK(refusal(R"({"type":"subscribe","topic":"servers"})").find("id") == 0);
    for (const char* id : {"-1", "1.5", "\"1\"", "null", "9007199254740992", "1e3"}) {
        CAPTURE(id);
        CHECK(refusal(R"({"type":"subscribe","topic":"servers","id":)" + std::string(id) + "}").find("id") ==
              0);
    }
    CHECK(refusal(R"({"type":"subscribe","id":1})").find("topic") == 0);
    CHECK(refusal(R"({"type":"subscribe","id":1,"topic":"secrets"})").find("topic") == 0);
    CHECK(refusal(R"({"type":"subscribe","id":1,"topic":"servers","server":""})").find("server") == 0);
    CHECK(refusal(R"({"type":"subscribe","id":1,"topic":"servers","server":7})").find("server") == 0);
    CHECK(refusal(R"({"type":"subscribe","id":1,"topic":"logs"})").find("server") == 0);
    CHECK(refusal(R"({"type":"subscribe","id":1,"topic":"servers","filter":{}})").find("filter") == 0);
    CHECK(refusal(R"({"type":"subscribe","id":1,"topic":"logs","server":"w","filter":{"grep":[]}})")
              .find("filter.grep") == 0);
    CHECK(refusal(R"({"type":"unsubscribe","id":1,"topic":"logs"})").find("'topic'") == 0);
}

TEST_CASE("The number of a bad subscription is known for its answer") {
    CHECK(read_client_message(R"({"type":"subscribe","id":7,"topic":"x"})").id == 7);
    CHECK_FALSE(read_client_message(R"({"type":"subscribe","id":"7","topic":"x"})").id.has_value());
}
