#include "agent/mcp/http_words.hpp"

#include <doctest/doctest.h>

using namespace mcpm::mcp;

TEST_CASE("What a message is, as far as its transport cares") {
    const auto call =
        read_outgoing(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo"}})");
    CHECK(call.kind == MessageKind::request);
    CHECK(call.id == "7");
    CHECK(call.method == "tools/call");
    CHECK(call.name == "echo");
    CHECK(
        read_outgoing(R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a:b"}})").name ==
        "a:b");
    CHECK(read_outgoing(R"({"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"t"}})").name ==
          "t");
    CHECK(read_outgoing(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"x"}})")
              .name.empty());
    const auto cancelled =
        read_outgoing(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
    CHECK(cancelled.kind == MessageKind::notification);
    CHECK(cancelled.request_id == "7");
    CHECK(read_outgoing(R"({"jsonrpc":"2.0","id":1,"result":{}})").kind == MessageKind::response);
    CHECK(read_outgoing("nonsense").kind == MessageKind::invalid);
}

TEST_CASE("A header's value that is not plain is base64") {
    CHECK(header_value("echo tool") == "echo tool");
    CHECK(header_value("grüße") == "=?base64?Z3LDvMOfZQ==?=");
    CHECK(header_value(" x") == "=?base64?IHg=?=");
    CHECK(header_value("a\r\nb") == "=?base64?YQ0KYg==?=");
    CHECK(header_value("=?base64?eA=="
                       "?=") == "=?base64?PT9iYXNlNjQ/ZUE9PT89?=");
    CHECK(header_value("") ==
          "=?base64?"
          "?=");
    CHECK(header_value("abc\x7f") == "=?base64?YWJjfw==?=");
}

TEST_CASE("A body is one message on one line, or those of a batch") {
    using Messages = std::vector<std::string>;
    CHECK(messages_of("{\r\n \"a\":\n1}\n") == Messages{"{ \"a\":1}"});
    CHECK(messages_of(" [ {\"a\":[1]} ,\n{\"b\":\"]\"} ]") == Messages{"{\"a\":[1]}", "{\"b\":\"]\"}"});
    CHECK(messages_of(" \r\n").empty());
    CHECK(messages_of("<html>") == Messages{"<html>"});
    CHECK(messages_of("[{\"a\":1") == Messages{"[{\"a\":1"});
    CHECK(messages_of("[]").empty());
}

TEST_CASE("The arguments that headers repeat are read in the tool's schema") {
    using Headers = std::vector<ParamHeader>;
    CHECK(param_headers_of(R"({"type":"object","properties":{"a":{"type":"string"}}})").empty());
    const auto schema = R"({"properties":{"region":{"x-mcp-header":"Region"},"b":{"x":"x-mcp-header"},)"
                        R"("o":{"properties":{"n":{"x-mcp-header":"N"}}}}})";
    CHECK(param_headers_of(schema) == Headers{{{"region"}, "Mcp-Param-Region"}, {{"o", "n"}, "Mcp-Param-N"}});
    // None of them when one cannot be a header's name or is another's too: which is meant is not known.
    CHECK(param_headers_of(R"({"properties":{"a":{"x-mcp-header":"A"},"b":{"x-mcp-header":"a"}}})").empty());
    CHECK(
        param_headers_of(R"({"properties":{"a":{"x-mcp-header":"A"},"b":{"x-mcp-header":"B: x"}}})").empty());
    CHECK(param_headers_of(R"({"properties":{"a":{"x-mcp-header":"A"},"b":{"x-mcp-header":7}}})").empty());
    CHECK(param_headers_of(R"({"properties":{"a":{"x-mcp-header":"a\r\nEvil"}}})").empty());
}

TEST_CASE("A header says what the argument says") {
    const ParamHeader header{{"o", "n"}, "Mcp-Param-N"};
    CHECK(param_value(header, R"({"o":{"n":"plain"}})") == "plain");
    CHECK(param_value(header, R"({"o":{"n":" x\r\ny"}})") == "=?base64?IHgNCnk=?=");
    CHECK(param_value(header, R"({"o":{"n":12.50}})") == "12.50");
    CHECK(param_value(header, R"({"o":{"n":true}})") == "true");
    for (const char* none : {R"({"o":{"n":null}})", R"({"o":{}})", R"({"o":7})", "{}", R"({"o":{"n":{}}})",
                             R"({"o":{"n":[1]}})"})
        CHECK_FALSE(param_value(header, none).has_value());
}

TEST_CASE("The error in a body counts when it is one") {
    CHECK(error_of(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"m"}})") ==
          R"({"code":-32022,"message":"m"})");
    CHECK(error_of(R"({"error":"invalid_token"})").empty());
    CHECK(error_of(R"({"error":{"message":"no code"}})").empty());
    CHECK(error_of("<html>").empty());
    CHECK(answer_with_error("\"x\"", "{\n\"code\":1}") == R"({"jsonrpc":"2.0","id":"x","error":{"code":1}})");
}

TEST_CASE("A refusal of the session is known by 404, or by a 400 that speaks of it") {
    CHECK(is_unknown_session(404, ""));
    CHECK(
        is_unknown_session(400, R"({"error":{"code":-32000,"message":"Bad Request: No valid Session ID"}})"));
    CHECK_FALSE(is_unknown_session(400, "bad request"));
    CHECK_FALSE(is_unknown_session(500, "session"));
    CHECK(is_session_id("abc-123~"));
    CHECK_FALSE(is_session_id(""));
    CHECK_FALSE(is_session_id("a b"));
    CHECK_FALSE(is_session_id("a\r\nX: y"));
    CHECK_FALSE(is_session_id(std::string(5000, 'x')));
}

TEST_CASE("Headers that cannot be make a tool unfit for HTTP") {
    const auto schema = [](std::string_view property) {
        return R"({"type":"object","properties":{"a":)" + std::string(property) + "}}";
    };
    CHECK_FALSE(has_unfit_param_headers(schema(R"({"type":"string"})")));
    CHECK_FALSE(has_unfit_param_headers(schema(R"({"type":"string","x-mcp-header":"Region"})")));
    CHECK_FALSE(has_unfit_param_headers(schema(R"({"type":"string","description":"x-mcp-header"})")));
    for (const char* bad : {R"("")", R"("a b")", R"("a:b")", "7", "null", "\"a\\nb\""})
        CHECK(
            has_unfit_param_headers(schema(R"({"type":"string","x-mcp-header":)" + std::string(bad) + "}")));
    for (const char* type : {"object", "array", "null"})
        CHECK(has_unfit_param_headers(
            schema(R"({"x-mcp-header":"Fine","type":")" + std::string(type) + "\"}")));
    CHECK(has_unfit_param_headers(
        R"({"properties":{"a":{"x-mcp-header":"Same"},"b":{"x-mcp-header":"same"}}})"));
}

TEST_CASE("The words of a refusal are found in every common form") {
    CHECK(refusal_words(R"({"error":{"code":-1,"message":"no seat left"}})") == "no seat left");
    CHECK(refusal_words(R"({"error":"invalid_token","error_description":"It expired."})") == "It expired.");
    CHECK(refusal_words(R"({"error":"invalid_token"})") == "invalid_token");
    CHECK(refusal_words(R"({"detail":"Not on this plan"})") == "Not on this plan");
    CHECK(refusal_words("  quota\n\x1b[31m is used up ") == "quota [31m is used up");
    CHECK(refusal_words("<html><head><title>502 Bad Gateway</title></head>") == "502 Bad Gateway");
    for (const char* silent : {"", "  ", "<p>hello", "[1]", "{", "{}", R"({"message":7})", "\xff\xfe"})
        CHECK(refusal_words(silent).empty());
    CHECK(refusal_words(std::string(2000, 'x')).size() < 310);
}
