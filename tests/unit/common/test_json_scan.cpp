#include "common/json_scan.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>

using namespace mcpm::mcp;

namespace {

std::string nested(unsigned depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

ScanFault fault_of(std::string_view text) {
    return scan_message(text).fault;
}

}  // namespace

TEST_CASE("The members that route a message are found with their types") {
    const auto scan = scan_message(
        R"( {"jsonrpc" : "2.0","id":-7,"method":"tools\/call","params":{"name":"e","_meta":{"progressToken":"t"}}} )");
    CHECK(scan.fault == ScanFault::none);
    CHECK(scan.jsonrpc.text == R"("2.0")");
    CHECK(scan.id.text == "-7");
    CHECK(scan.id.type == JsonType::number);
    CHECK(decode_string(scan.method) == "tools/call");
    CHECK(scan.params.type == JsonType::object);
    CHECK(scan.name.text == R"("e")");
    CHECK(scan.meta.text == R"({"progressToken":"t"})");
    CHECK(scan.meta_token.text == R"("t")");
    CHECK_FALSE(scan.result);
}

TEST_CASE("Progress and cancel notifications give their tokens and ids") {
    const auto progress = scan_message(R"({"params":{"progressToken":5,"progress":0.5,"uri":"a:b"}})");
    CHECK(progress.progress_token.text == "5");
    CHECK(progress.progress.text == "0.5");
    CHECK(progress.uri.text == R"("a:b")");
    CHECK(scan_message(R"({"params":{"requestId":"x"}})").request_id.text == R"("x")");
}

TEST_CASE("Members of the same name deeper down are not taken for those on top") {
    const auto scan =
        scan_message(R"({"result":{"id":1,"method":"m","_meta":{"progressToken":1}},"id":"a"})");
    CHECK(scan.id.text == R"("a")");
    CHECK_FALSE(scan.method);
    CHECK_FALSE(scan.meta_token);
}

TEST_CASE("A name written with escapes is the same name") {
    CHECK(scan_message(R"({"\u0069d":4})").id.text == "4");
    CHECK(member(R"({"a":1,"\u0062":[2]})", "b").text == "[2]");
}

TEST_CASE("Broken JSON is refused at the byte where it breaks") {
    for (const std::string text : {"",
                                   "{",
                                   "{}x",
                                   "{\"a\"}",
                                   "{\"a\":}",
                                   "{\"a\":1,}",
                                   "{a:1}",
                                   "{\"a\":01}",
                                   "{\"a\":1.}",
                                   "{\"a\":+1}",
                                   "{\"a\":.5}",
                                   "{\"a\":1e}",
                                   "{\"a\":tru}",
                                   "{\"a\":\"\\x\"}",
                                   "{\"a\":\"\\u12g4\"}",
                                   "{\"a\":\"\x01\"}",
                                   "{\"a\":\"b}",
                                   "{\"a\":[1 2]}",
                                   "{\"a\":[1}}",
                                   "{\"a\":NaN}",
                                   "{'a':1}",
                                   "[1",
                                   "{\"a\":\"\n\"}"}) {
        CAPTURE(text);
        CHECK(fault_of(text) == ScanFault::malformed);
        CHECK_FALSE(is_well_formed(text));
    }
    CHECK(describe_fault(scan_message("{\"a\":tru}")) == "not well-formed JSON at byte 5");
}

TEST_CASE("Every kind of value is accepted, batches and scalars are told apart from objects") {
    CHECK(fault_of(R"({"a":[0,-0,1.5e+3,1E9,true,false,null,"",{},[],{"b":[{}]}]})") == ScanFault::none);
    CHECK(fault_of("[{}]") == ScanFault::not_an_object);
    CHECK(fault_of("17") == ScanFault::not_an_object);
    CHECK(fault_of("[1]]") == ScanFault::malformed);
}

TEST_CASE("Nesting is bounded at 128 levels") {
    CHECK(fault_of("{\"a\":" + nested(127) + "}") == ScanFault::none);
    CHECK(fault_of("{\"a\":" + nested(128) + "}") == ScanFault::too_deep);
    CHECK(fault_of("{\"params\":{\"_meta\":{\"x\":" + nested(125) + "}}}") == ScanFault::none);
    CHECK(fault_of("{\"params\":{\"_meta\":{\"x\":" + nested(126) + "}}}") == ScanFault::too_deep);
    CHECK(fault_of(std::string(1'000'000, '[')) == ScanFault::too_deep);
}

TEST_CASE("UTF-8 is checked, also far into a long string") {
    const std::string padding(100, 'a');
    for (const std::string good :
         {"\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
        CHECK(fault_of("{\"a\":\"" + padding + good + padding + "\"}") == ScanFault::none);
    }
    for (const std::string bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                                  "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82"}) {
        CHECK(fault_of("{\"a\":\"" + padding + bad + padding + "\"}") == ScanFault::bad_utf8);
    }
}

TEST_CASE("Control characters and quotes are found at every place of a long string") {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string inside(40, 'x');
        inside[at] = '\t';
        CHECK(fault_of("{\"a\":\"" + inside + "\"}") == ScanFault::malformed);
        inside[at] = '\x7f';
        CHECK(fault_of("{\"a\":\"" + inside + "\"}") == ScanFault::none);
    }
}

TEST_CASE("A lone surrogate escape is accepted, flagged, and can be replaced in place") {
    for (const std::string lone : {"\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\ud83d", "\\ud83d\\u0041"}) {
        const std::string text = "{\"a\":\"" + lone + "\"}";
        const auto scan = scan_message(text);
        CHECK(scan.fault == ScanFault::none);
        CHECK(scan.has_lone_surrogate);
        std::string mended = text;
        replace_lone_surrogates(mended);
        CHECK(mended.size() == text.size());
        CHECK(nlohmann::json::accept(mended));
    }
    const std::string pair = R"({"a":"\ud83d\ude00 \\ud83d"})";
    CHECK_FALSE(scan_message(pair).has_lone_surrogate);
    std::string same = pair;
    replace_lone_surrogates(same);
    CHECK(same == pair);
    CHECK(decode_string(member(pair, "a")) == "\xF0\x9F\x98\x80 \\ud83d");
}

TEST_CASE("A routing member that comes twice is refused, any other is not") {
    CHECK(fault_of(R"({"id":1,"id":2})") == ScanFault::duplicate_member);
    CHECK(fault_of(R"({"id":1,"i\u0064":2})") == ScanFault::duplicate_member);
    CHECK(fault_of(R"({"params":{},"params":{}})") == ScanFault::duplicate_member);
    CHECK(fault_of(R"({"params":{"_meta":{"progressToken":1,"progressToken":2}}})") ==
          ScanFault::duplicate_member);
    CHECK(fault_of(R"({"x":1,"x":2})") == ScanFault::none);
}

TEST_CASE("Rewriting changes the named slices and no other byte") {
    const std::string message =
        R"({ "id" : 12345678901234567890, "params":{"z":1.0,"_meta":{"progressToken":"p"}} })";
    const auto scan = scan_message(message);
    const std::array edits{replace(message, scan.id, "7"), replace(message, scan.meta_token, "7")};
    CHECK(splice(message, edits, Newlines::keep) ==
          R"({ "id" : 7, "params":{"z":1.0,"_meta":{"progressToken":7}} })");
}

TEST_CASE("Raw newlines between tokens are dropped on request, escaped ones stay") {
    const std::string message = "{\r\n  \"a\" : \"x\\ny\",\n\"id\":\n1}";
    const auto scan = scan_message(message);
    CHECK(scan.has_newline);
    CHECK(splice(message, {}, Newlines::drop) == "{  \"a\" : \"x\\ny\",\"id\":1}");
}
