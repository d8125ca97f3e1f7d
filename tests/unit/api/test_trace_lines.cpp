#include "agent/api/trace_lines.hpp"
#include "common/secret_values.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::api;

namespace {

HiddenValues hiding(const std::vector<std::string>& values) {
    HiddenValues hidden;
    hidden.add(values);
    return hidden;
}

wire::Json redacted(std::string_view text, const std::vector<std::string>& secrets = {}) {
    auto json = wire::Json::parse(text);
    redact(json, hiding(secrets));
    return json;
}

mcp::TraceRecord answer(std::string message) {
    mcp::TraceRecord record;
    record.to_server = false;
    record.kind = mcp::TraceKind::response;
    record.method = "tools/call";
    record.name = "fetch hunter22";
    record.id = "7";
    record.took = std::chrono::microseconds(1500);
    record.bytes = message.size();
    record.message = std::move(message);
    return record;
}

}  // namespace

TEST_CASE(
    "What stands under a name that looks secret is hidden, shapes and the protocol's own tokens are not") {
    const auto json = redacted(
        R"({"password":"a","apiKey":["b",5],"Authorization":"Bearer c","pin":1234,"secret":{"type":"string"},)"
        R"("_meta":{"progressToken":"p"},"note":"d","token":"","empty":null})");
    CHECK(json["password"] == "***");
    CHECK(json["apiKey"].dump() == R"(["***","***"])");
    CHECK(json["Authorization"] == "***");
    CHECK(json["pin"] == "***");
    CHECK(json["secret"]["type"] == "string");
    CHECK(json["_meta"]["progressToken"] == "p");
    CHECK(json["note"] == "d");
    CHECK(json["token"] == "");
}

TEST_CASE("A secret value of the definition is hidden wherever it turns up") {
    ServerSpec spec;
    spec.name = "a";
    spec.source = CommandSource{"/bin/x", {"--token=abcdefgh", "--api-key", "hunter22", "--port", "8080"}};
    spec.environment = {{"DB_PASSWORD", "swordfish"}, {"MODE", "production"}, {"MY_TOKEN", "1"}};
    const auto secrets = wire::secret_values(spec);
    CHECK(secrets == std::vector<std::string>{"abcdefgh", "hunter22", "swordfish"});
    const auto json = redacted(R"({"text":"it is swordfish, swordfish!","mode":"production"})", secrets);
    CHECK(json["text"] == "it is ***, ***!");
    CHECK(json["mode"] == "production");
}

TEST_CASE("A line says what passed, and shows it only when asked") {
    const auto record = answer(R"({"jsonrpc":"2.0","id":7,"result":{"text":"hunter22"}})");
    const auto text = trace_line(record, hiding({"hunter22"}), Bodies::leave_out);
    const auto line = wire::Json::parse(text);
    CHECK(text.back() == '\n');
    CHECK(line["direction"] == "to-client");
    CHECK(line["kind"] == "response");
    CHECK(line["outcome"] == "ok");
    CHECK(line["durationMs"] == 1.5);
    CHECK(line["id"] == 7);
    CHECK(line["name"] == "fetch ***");
    CHECK_FALSE(line.contains("body"));
    const auto full = trace_line(record, hiding({"hunter22"}), Bodies::show);
    CHECK(full.find("hunter22") == std::string::npos);
    CHECK(wire::Json::parse(full)["body"]["result"]["text"] == "***");
}

TEST_CASE("What cannot be read is not shown") {
    CHECK(wire::Json::parse(trace_line(answer("password=x"), {}, Bodies::show))["bodyLeftOut"] == true);
    CHECK(wire::Json::parse(trace_line(answer(""), {}, Bodies::show))["bodyLeftOut"] == true);
}
