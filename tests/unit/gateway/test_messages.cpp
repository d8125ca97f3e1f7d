#include "agent/gateway/lists.hpp"
#include "agent/gateway/messages.hpp"
#include "agent/gateway/state.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::gateway;

namespace {

mcp::SessionFacts facts() {
    mcp::SessionFacts facts;
    facts.protocol_version = "2025-11-25";
    facts.server_info = R"({"name":"s","version":"1"})";
    facts.capabilities = R"({"tools":{}})";
    return facts;
}

}  // namespace

TEST_CASE("A legacy result becomes a modern one by what it lacks, and every other byte stays") {
    const std::string result = R"({ "content":[], "big":12345678901234567890,"n":1.0 })";
    CHECK(
        modern_result(result, "tools/call", facts()) ==
        R"({"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"}},)"
        R"( "content":[], "big":12345678901234567890,"n":1.0 })");
}

TEST_CASE("Lists and reads say how long they hold, calls do not") {
    const std::string list = modern_result(R"({"tools":[]})", "tools/list", facts());
    CHECK(list.find(R"("ttlMs":0,"cacheScope":"private")") != std::string::npos);
    const std::string own =
        modern_result(R"({"tools":[],"ttlMs":5,"cacheScope":"public"})", "tools/list", facts());
    CHECK(own.find(R"("ttlMs":0)") == std::string::npos);
}

TEST_CASE("A server's own _meta keeps its members and its identity") {
    const std::string named =
        R"({"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"own"},"a":1}})";
    CHECK(modern_result(named, "tools/call", facts()) == named);
    const std::string other =
        modern_result(R"({"resultType":"complete","_meta":{"a":1}})", "tools/call", facts());
    CHECK(other.find(R"("a":1)") != std::string::npos);
    CHECK(other.find(R"("name":"s")") != std::string::npos);
}

TEST_CASE("The code of a resource that is not there follows the era") {
    CHECK(modern_error(R"({"code":-32002,"message":"m"})") == R"({"code":-32602,"message":"m"})");
    CHECK(legacy_error(R"({"code":-32602,"message":"m"})", "resources/read") ==
          R"({"code":-32002,"message":"m"})");
    CHECK(legacy_error(R"({"code":-32602,"message":"m"})", "tools/call") ==
          R"({"code":-32602,"message":"m"})");
}

TEST_CASE("Input that a client cannot give is found by its capability") {
    const std::string result =
        R"({"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{}}}})";
    CHECK(is_input_required(result));
    CHECK(missing_capability(result, "{}") == "elicitation");
    CHECK(missing_capability(result, R"({"elicitation":{}})").empty());
}

TEST_CASE("A handshake client gets its version when it is known, else the newest") {
    CHECK(negotiated_version("2024-11-05") == "2024-11-05");
    CHECK(negotiated_version("1999-01-01") == "2025-11-25");
    CHECK(log_level("debug") == 0);
    CHECK(log_level("emergency") == 7);
    CHECK_FALSE(log_level("loud"));
}

TEST_CASE("Members go into an empty object without a comma") {
    CHECK(with_members("{}", R"("a":1)") == R"({"a":1})");
    CHECK(with_members("{ }", R"("a":1)") == R"({"a":1 })");
    CHECK(with_members(R"({"b":2})", R"("a":1)") == R"({"a":1,"b":2})");
}

TEST_CASE("Rules hide tools and rename them, and the rest passes as it came") {
    Target target;
    target.tools.deny = {"secret*"};
    target.tools.rename = {{"old", "new"}};
    const std::string list =
        R"({"tools":[{"name":"old","x":1.0},{"name":"secret_a"},{"name":"plain"}],"nextCursor":"c"})";
    CHECK(filtered_list(list, target).result ==
          R"({"tools":[{"name":"new","x":1.0},{"name":"plain"}],"nextCursor":"c"})");
    CHECK(real_name(target, "new") == "old");
    CHECK_FALSE(is_allowed(target, "secret_b"));
}

TEST_CASE("What a profile allows never widens what the server allows, nor the other way round") {
    Target target;
    target.tools.allow = {"read*"};
    target.narrowed = {"*_file"};
    CHECK(is_allowed(target, "read_file"));
    CHECK_FALSE(is_allowed(target, "read_folder"));
    CHECK_FALSE(is_allowed(target, "write_file"));
    target.tools.deny = {"read_file"};
    CHECK_FALSE(is_allowed(target, "read_file"));
}
