#include "common/server_spec.hpp"
#include "common/spec_rules.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mcpm;

namespace {

ServerSpec container() {
    ServerSpec spec;
    spec.name = "time";
    spec.type = ServerType::container;
    spec.source = ImageSource{"mcp/time"};
    return spec;
}

/// The fields a change makes bad.
template <typename Change>
std::set<std::string> bad_fields(Change change) {
    ServerSpec spec = container();
    change(spec);
    std::set<std::string> fields;
    for (const auto& problem : find_problems(spec)) fields.insert(problem.field);
    return fields;
}

using Fields = std::set<std::string>;

}  // namespace

TEST_CASE("What a container may be told") {
    CHECK(bad_fields([](ServerSpec&) {}).empty());
    CHECK(bad_fields([](ServerSpec& spec) {
              spec.container.network = "my_net.1";
              spec.container.user = "1000:staff";
              spec.container.capabilities = {"NET_ADMIN", "CAP_CHOWN", "ALL"};
              spec.container.platform = "linux/arm64/v8";
              spec.container.path = "/v1/mcp?x=1";
              spec.container.entrypoint = {"/bin/x", ""};
          }).empty());
}

TEST_CASE("What it may not be told has a field's name") {
    CHECK(bad_fields([](ServerSpec& spec) { spec.container.network = "container:other"; }) ==
          Fields{"config.container.network"});
    CHECK(bad_fields([](ServerSpec& spec) { spec.container.network = "-x"; }) ==
          Fields{"config.container.network"});
    CHECK(bad_fields([](ServerSpec& spec) { spec.container.user = "a:b:c"; }) ==
          Fields{"config.container.user"});
    CHECK(bad_fields([](ServerSpec& spec) { spec.container.user = ":staff"; }) ==
          Fields{"config.container.user"});
    CHECK(bad_fields([](ServerSpec& spec) { spec.container.capabilities = {"net_admin"}; }) ==
          Fields{"config.container.capAdd"});
    for (const char* platform : {"linux", "linux/", "/amd64", "linux//v8", "Linux/amd64", "a/b/c/d"})
        CHECK(bad_fields([&](ServerSpec& spec) { spec.container.platform = platform; }) ==
              Fields{"config.container.platform"});
    CHECK(bad_fields([](ServerSpec& spec) { spec.container.path = "mcp"; }) ==
          Fields{"config.container.path"});
}

TEST_CASE("A container that speaks HTTP needs a port, and one without a network has none") {
    CHECK(bad_fields([](ServerSpec& spec) { spec.transport = Transport::http; }) == Fields{"config.ports"});
    CHECK(bad_fields([](ServerSpec& spec) {
              spec.transport = Transport::http;
              spec.ports = {"53/udp"};
          }) == Fields{"config.ports"});
    CHECK(bad_fields([](ServerSpec& spec) {
              spec.transport = Transport::sse;
              spec.ports = {"8080"};
          }).empty());
    CHECK(bad_fields([](ServerSpec& spec) {
              spec.container.network = "none";
              spec.ports = {"8080"};
          }) == Fields{"config.ports"});
}

TEST_CASE("Only a container has a container's options") {
    ServerSpec spec;
    spec.name = "web";
    spec.source = CommandSource{"node"};
    spec.container.read_only = true;
    const auto valid = validate(spec);
    REQUIRE_FALSE(valid.has_value());
    CHECK(valid.error().message.find("config.container") != std::string::npos);
}

TEST_CASE("The pin of an image stays with its name and platform, and is the agent's word") {
    ServerSpec before = container();
    const ImagePin pin{"sha256:" + std::string(64, 'a'), "mcp/time@sha256:" + std::string(64, 'b'), {}};
    std::get<ImageSource>(before.source).pin = pin;
    ServerSpec after = container();
    after.environment["A"] = "1";
    settle_pin(&before, after);
    CHECK(std::get<ImageSource>(after.source).pin == pin);
    after.container.platform = "linux/arm64";
    settle_pin(&before, after);
    CHECK_FALSE(std::get<ImageSource>(after.source).pin.has_value());
    ServerSpec other = before;
    std::get<ImageSource>(other.source).image = "mcp/time:2";
    settle_pin(&before, other);
    CHECK_FALSE(std::get<ImageSource>(other.source).pin.has_value());
    ServerSpec forged = before;
    settle_pin(nullptr, forged);
    CHECK_FALSE(std::get<ImageSource>(forged.source).pin.has_value());
}
