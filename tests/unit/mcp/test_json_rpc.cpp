#include "agent/mcp/json_rpc.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::mcp;

namespace {

MessageKind kind_of(std::string_view text) {
    return classify(scan_message(text)).kind;
}

Result<Outgoing> outgoing(std::string_view params, std::string_view meta = {}, bool wants_progress = false) {
    RequestParts parts;
    parts.id = 9;
    parts.method = "tools/call";
    parts.params = params;
    parts.own_meta = meta;
    parts.wants_progress = wants_progress;
    return make_outgoing(parts);
}

const std::string head = R"({"jsonrpc":"2.0","id":9,"method":"tools/call")";

}  // namespace

TEST_CASE("The four kinds of messages are told apart") {
    CHECK(kind_of(R"({"jsonrpc":"2.0","id":1,"method":"m"})") == MessageKind::request);
    CHECK(kind_of(R"({"jsonrpc":"2.0","id":"","method":"m","params":{}})") == MessageKind::request);
    CHECK(kind_of(R"({"jsonrpc":"2.0","method":"m"})") == MessageKind::notification);
    CHECK(kind_of(R"({"jsonrpc":"2.0","id":1,"result":{}})") == MessageKind::response);
    CHECK(kind_of(R"({"jsonrpc":"2.0","id":1,"error":{"code":1}})") == MessageKind::error);
    CHECK(kind_of(R"({"jsonrpc":"2.0","id":null,"error":{}})") == MessageKind::error);
    CHECK(kind_of(R"({"jsonrpc":"2.0","error":{}})") == MessageKind::error);
}

TEST_CASE("What is no message is called so, with the reason") {
    for (const std::string_view bad :
         {R"({"id":1,"method":"m"})", R"({"jsonrpc":"1.0","id":1,"method":"m"})",
          R"({"jsonrpc":2.0,"method":"m"})", R"({"jsonrpc":"2.0","id":null,"method":"m"})",
          R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", R"({"jsonrpc":"2.0","id":[1],"method":"m"})",
          R"({"jsonrpc":"2.0","id":1,"method":7})", R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})",
          R"({"jsonrpc":"2.0","id":1,"method":"m","result":1})", R"({"jsonrpc":"2.0","id":1})",
          R"({"jsonrpc":"2.0","result":{}})", R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})",
          R"({"jsonrpc":"2.0","id":1,"error":"no"})", "[]", "{"}) {
        CAPTURE(bad);
        CHECK(kind_of(bad) == MessageKind::invalid);
        CHECK_FALSE(classify(scan_message(bad)).why.empty());
    }
}

TEST_CASE("Built messages are what the specification has") {
    CHECK(make_request("1", "ping", {}) == R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
    CHECK(make_notification("n", "{}") == R"({"jsonrpc":"2.0","method":"n","params":{}})");
    CHECK(make_response("\"a\"", "{}") == R"({"jsonrpc":"2.0","id":"a","result":{}})");
    CHECK(make_error("", -32700, "bad \"x\"", "1") ==
          R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"bad \"x\"","data":1}})");
    CHECK(quote("a\n\xff") == "\"a\\n\xEF\xBF\xBD\"");
}

TEST_CASE("Params pass byte for byte when nothing has to be put in") {
    CHECK(outgoing({}).value().line == head + "}");
    const auto out = outgoing(R"({"name":"e", "x":1.0})");
    REQUIRE(out.has_value());
    CHECK(out->line == head + R"(,"params":{"name":"e", "x":1.0}})");
    CHECK(out->name == "e");
    CHECK_FALSE(out->has_token);
}

TEST_CASE("The asker's progress token is replaced by our id and remembered") {
    const auto out = outgoing(R"({"_meta":{"k":1,"progressToken":"mine"}})", {}, true);
    REQUIRE(out.has_value());
    CHECK(out->line == head + R"(,"params":{"_meta":{"k":1,"progressToken":9}}})");
    CHECK(out->asker_token == R"("mine")");
    CHECK(out->has_token);
}

TEST_CASE("Meta members go into params with, without and with an empty _meta") {
    CHECK(outgoing({}, R"("v":1)").value().line == head + R"(,"params":{"_meta":{"v":1}}})");
    CHECK(outgoing(R"({"a":2})", R"("v":1)", true).value().line ==
          head + R"(,"params":{"_meta":{"v":1,"progressToken":9},"a":2}})");
    CHECK(outgoing(R"({"_meta":{ },"a":2})", R"("v":1)").value().line ==
          head + R"(,"params":{"_meta":{"v":1 },"a":2}})");
    CHECK(outgoing(R"({"a":2,"_meta":{"progressToken":3}})", R"("v":1)").value().line ==
          head + R"(,"params":{"a":2,"_meta":{"v":1,"progressToken":9}}})");
    CHECK(outgoing("{}", {}, true).value().line == head + R"(,"params":{"_meta":{"progressToken":9}}})");
}

TEST_CASE("Params cannot break out of their message") {
    for (const std::string bad :
         {"{", "[]", "1", "null", R"({},"id":8)", R"({},"x":8)", R"({}}{)", " ", "{}\n{}"}) {
        CAPTURE(bad);
        const auto out = outgoing(bad);
        REQUIRE(out.has_error());
        CHECK(out.error().code == ErrorCode::validation_error);
    }
    CHECK(outgoing("{\n\"a\":\r\n1}").value().line == head + R"(,"params":{"a":1}})");
}

TEST_CASE("An error answer becomes ours with code, message and data") {
    const auto scan = scan_message(R"({"error":{"code":-32602,"message":"no \"such\"","data":{"a":1}}})");
    const Error error = to_error(scan.error, "tools/call 'x'");
    CHECK(error.code == ErrorCode::wrong_state);
    CHECK(error.message == "tools/call 'x': the server answered with error -32602: no \"such\"");
    CHECK(error.details.json() == R"({"code":-32602,"message":"no \"such\"","data":{"a":1}})");
}

TEST_CASE("Params of a message that was scanned already make the same request as params alone") {
    for (const std::string params : {R"({})", R"({ })", R"({"name":"t"})",
                                     R"({"name":"t\u00e4","arguments":{"a":[1.0,12345678901234567890]}})",
                                     R"({"_meta":{},"name":"t"})", R"({"_meta":{"progressToken":"x"}})",
                                     R"({"uri":"u","_meta":{ "a":1 , "progressToken": 7 },"z":"\ud83d"})",
                                     "{\n\"a\":\r\n[1,\n2]}", "{\"_meta\":\n{\"progressToken\":\n\"a\"}}"}) {
        const std::string message =
            R"({"jsonrpc":"2.0","id":"theirs","method":"tools/call","params":)" + params + "}";
        const MessageScan scan = scan_message(message);
        REQUIRE(classify(scan).kind == MessageKind::request);
        for (const std::string_view meta : {"", R"("m":{"n":1})"}) {
            for (const bool wants_progress : {false, true}) {
                CAPTURE(params);
                RequestParts parts{9, "tools/call", scan.params.text, meta, wants_progress, &scan};
                const auto known = make_outgoing(parts);
                const auto alone = outgoing(params, meta, wants_progress);
                REQUIRE(known.has_value());
                REQUIRE(alone.has_value());
                CHECK(known->line == alone->line);
                CHECK(known->name == alone->name);
                CHECK(known->asker_token == alone->asker_token);
                CHECK(known->has_token == alone->has_token);
            }
        }
    }
}

TEST_CASE("A trace's context goes into _meta, in place of the one that is there") {
    const auto traced = [](const std::string& params, TraceKeys trace) {
        const std::string message =
            R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)" + params + "}";
        const MessageScan scan = scan_message(message);
        RequestParts parts{9, "tools/call", scan.params.text, {}, false, &scan};
        parts.trace = &trace;
        auto known = make_outgoing(parts).value().line;
        parts.scanned = nullptr;
        CHECK(make_outgoing(parts).value().line == known);
        return known.substr(head.size() + 10);
    };
    const TraceKeys ours{"00-ours", "v=1"};
    CHECK(traced(R"({"name":"t"})", {}) == R"({"name":"t"}})");
    CHECK(traced(R"({"name":"t"})", ours) ==
          R"({"_meta":{"traceparent":"00-ours","tracestate":"v=1"},"name":"t"}})");
    CHECK(traced(R"({"name":"t"})", {"00-ours", ""}) == R"({"_meta":{"traceparent":"00-ours"},"name":"t"}})");
    CHECK(traced(R"({"_meta":{"traceparent":"00-theirs","tracestate":"t=2","progressToken":5}})", ours) ==
          R"({"_meta":{"traceparent":"00-ours","tracestate":"t=2","progressToken":9}}})");
    CHECK(traced(R"({"_meta":{"progressToken":5,"traceparent":7,"baggage":"b"}})", ours) ==
          R"({"_meta":{"progressToken":9,"traceparent":"00-ours","baggage":"b"}}})");
    CHECK(traced(R"({"_meta":{"tracestate":"t=2"}})", ours) ==
          R"({"_meta":{"traceparent":"00-ours","tracestate":"t=2"}}})");
    RequestParts bare{9, "ping"};
    bare.trace = &ours;
    CHECK(
        make_outgoing(bare).value().line ==
        R"({"jsonrpc":"2.0","id":9,"method":"ping","params":{"_meta":{"traceparent":"00-ours","tracestate":"v=1"}}})");
}

TEST_CASE("Plain text and text with anything to escape are quoted alike") {
    CHECK(quote("tools/call") == R"("tools/call")");
    CHECK(quote("") == R"("")");
    CHECK(quote("a\"b\\c\n\x01") == R"("a\"b\\c\n\u0001")");
    CHECK(quote("\xc3\xa4\xff") == "\"\xc3\xa4\xef\xbf\xbd\"");
}
