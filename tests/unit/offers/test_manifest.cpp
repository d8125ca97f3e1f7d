#include "agent/mcp/sessions.hpp"
#include "agent/offers/manifest.hpp"
#include "common/wire.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("The kept facts are what a handshake is answered from, with the server's own bytes") {
    mcp::SessionFacts facts;
    facts.era = mcp::Era::per_request;
    facts.protocol_version = "2026-07-28";
    facts.server_info = R"({"version":"1.0","name":"web","x":1.0})";
    facts.capabilities = R"({"tools":{"listChanged":true},"experimental":{"a":9223372036854775807}})";
    facts.instructions = "say \"please\"\n";
    const std::string text = mcp::facts_text(facts);
    CHECK(text.find(facts.server_info) != std::string::npos);
    CHECK(text.find(facts.capabilities) != std::string::npos);
    const auto json = wire::parse(text);
    REQUIRE(json);
    CHECK((*json)["protocolVersion"] == "2026-07-28");
    CHECK((*json)["era"] == "per-request");
    CHECK((*json)["serverInfo"]["name"] == "web");
    CHECK((*json)["instructions"] == facts.instructions);
}

TEST_CASE("A difference names what is new, gone and changed in every list") {
    Manifest before, now;
    before.tools = R"([{"name":"a"},{"name":"b","title":"B"},{"name":"c"}])";
    now.tools = R"([{"name":"c"},{"name":"b","title":"Bee"},{"name":"d"}])";
    before.resources = R"([{"uri":"x:1","name":"same"},{"uri":"x:2","name":"same"}])";
    now.resources = R"([{"uri":"x:1","name":"same"}])";
    now.resource_templates = R"([{"uriTemplate":"x:{id}","name":"one"}])";
    CHECK(describe_difference(before, now) ==
          "tools: new d; gone a; changed b. resources: gone x:2. resource templates: new x:{id}");
    CHECK(describe_difference(now, now).empty());
}

TEST_CASE("Another version of the server is another manifest, though it offers the same") {
    Manifest one, other;
    one.facts = R"({"serverInfo":{"version":"1"}})";
    other.facts = R"({"serverInfo":{"version":"2"}})";
    CHECK(digest_of(one) != digest_of(other));
}
