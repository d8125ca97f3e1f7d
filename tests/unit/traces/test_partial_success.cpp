#include "agent/traces/partial_success.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm::traces;
using namespace std::string_literals;

namespace {

/// ExportTraceServiceResponse{partial_success{rejected_spans: 300, error_message: "too old"}}
const std::string took_a_part = "\x0a\x0c\x08\xac\x02\x12\x07too old"s;

}  // namespace

TEST_CASE("What a receiver did not take is read from an answer of protobuf") {
    CHECK(partial_success(Protocol::protobuf, took_a_part) == PartialSuccess{300, "too old"});
    CHECK(partial_success(Protocol::protobuf, "") == PartialSuccess{});
    CHECK(partial_success(Protocol::protobuf, "\x0a\x00"s) == PartialSuccess{});
    // Fields of a newer protocol are passed over, whatever their kind.
    const std::string newer = "\x10\x01\x19"s + "12345678" + "\x25"s + "1234" + "\x2a\x03"s + "abc";
    CHECK(partial_success(Protocol::protobuf, newer + took_a_part) == PartialSuccess{300, "too old"});
}

TEST_CASE("What a receiver did not take is read from an answer of JSON, as a number or a text") {
    const auto read = [](const char* answer) { return partial_success(Protocol::json, answer); };
    CHECK(read(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})") ==
          PartialSuccess{3, "too old"});
    CHECK(read(R"({"partialSuccess":{"rejectedDataPoints":4}})") == PartialSuccess{4, ""});
    CHECK(read(R"({"partialSuccess":{}})") == PartialSuccess{});
    CHECK(read("{}") == PartialSuccess{});
    CHECK(read("") == PartialSuccess{});
}

TEST_CASE("An answer that cannot be read says nothing of what was not taken") {
    for (std::size_t length = 1; length < took_a_part.size(); ++length) {
        CAPTURE(length);
        CHECK(partial_success(Protocol::protobuf, took_a_part.substr(0, length)) == PartialSuccess{});
    }
    CHECK(partial_success(Protocol::protobuf, "\x0b\x01"s) == PartialSuccess{});  // a kind that is none
    CHECK(partial_success(Protocol::protobuf, std::string(40, '\xff')) == PartialSuccess{});
    CHECK(partial_success(Protocol::json, R"({"partialSuccess":3})") == PartialSuccess{});
    CHECK(partial_success(Protocol::json, R"({"partialSuccess":{"rejectedSpans":-1}})") == PartialSuccess{});
    CHECK(partial_success(Protocol::json, R"({"partialSuccess":{"rejectedSpans":"many"}})") ==
          PartialSuccess{});
}

TEST_CASE("The words of a receiver are cut at a whole character") {
    const std::string words = std::string(199, 'a') + "\u00fc";
    const auto success = partial_success(
        Protocol::json, R"({"partialSuccess":{"rejectedSpans":1,"errorMessage":")" + words + R"("}})");
    CHECK(success.message == std::string(199, 'a'));
}
