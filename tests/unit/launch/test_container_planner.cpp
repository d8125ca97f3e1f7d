#include "agent/launch/container_planner.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("A volume is a folder or a name, and may be read-only") {
    CHECK(mount_of("/srv/a b:/data:ro") ==
          engine::Mount{engine::Mount::Kind::bind, "/srv/a b", "/data", true});
    CHECK(mount_of("cache:/var/cache") ==
          engine::Mount{engine::Mount::Kind::volume, "cache", "/var/cache", false});
    CHECK(mount_of("/a:/b:rw").is_read_only == false);
}

TEST_CASE("A port is published on loopback unless an address is given") {
    CHECK(published_port("80") == engine::PublishedPort{"127.0.0.1", 0, 80, "tcp"});
    CHECK(published_port("8080:80/udp") == engine::PublishedPort{"127.0.0.1", 8080, 80, "udp"});
    CHECK(published_port("0.0.0.0:8080:80") == engine::PublishedPort{"0.0.0.0", 8080, 80, "tcp"});
    CHECK(published_port("[::1]:8080:80") == engine::PublishedPort{"::1", 8080, 80, "tcp"});
}

TEST_CASE("What a definition does not say has the safe default") {
    ServerSpec spec;
    spec.name = "time";
    spec.type = ServerType::container;
    spec.source = ImageSource{"mcp/time", {"--utc"}};
    const ContainerLaunch plan = plan_container(spec);
    CHECK(plan.image.reference == "mcp/time");
    CHECK(plan.container.arguments == std::vector<std::string>{"--utc"});
    CHECK_FALSE(plan.container.entrypoint.has_value());
    CHECK(plan.container.network == "bridge");
    CHECK(plan.container.memory_bytes == 512ULL << 20U);
    CHECK(plan.container.pids == 256);
    CHECK(plan.container.added_capabilities.empty());
    CHECK_FALSE(plan.container.allows_new_privileges);
    CHECK(plan.container.has_init);
    CHECK(plan.endpoint.url.empty());
}

TEST_CASE("Where a container that speaks HTTP is reached") {
    ServerSpec spec;
    spec.type = ServerType::container;
    spec.source = ImageSource{"web"};
    spec.transport = Transport::sse;
    spec.ports = {"8080"};
    const ContainerLaunch published = plan_container(spec);
    CHECK(published.endpoint.url == "/sse");
    CHECK(published.container.ports.size() == 1);
    spec.container.network = "host";
    spec.container.path = "/x";
    const ContainerLaunch of_host = plan_container(spec);
    CHECK(of_host.endpoint.url == "http://127.0.0.1:8080/x");
    CHECK(of_host.container.ports.empty());
}

TEST_CASE("Secrets are files, and a variable says where: two variables may have the same one") {
    ServerSpec spec;
    spec.secrets = {{"TOKEN", "github"}, {"OTHER", "github"}, {"PASS", "db"}};
    spec.environment = {{"PASS_FILE", "/mine"}};
    engine::ContainerPlan container;
    container.environment = spec.environment;
    give_secrets(spec, {{"TOKEN", "ghp"}, {"OTHER", "ghp"}, {"PASS", "fish"}}, container);
    CHECK(container.environment == std::map<std::string, std::string>{{"TOKEN_FILE", "/run/secrets/github"},
                                                                      {"OTHER_FILE", "/run/secrets/github"},
                                                                      {"PASS_FILE", "/mine"}});
    REQUIRE(container.secrets.size() == 2);
    CHECK(container.secrets[0].name == "db");
    CHECK(container.secrets[0].value == "fish");
    CHECK(container.secrets[1].name == "github");
    CHECK(container.secrets[1].value == "ghp");
}

TEST_CASE("Secrets are variables where the definition says so") {
    ServerSpec spec;
    spec.secrets = {{"TOKEN", "github"}};
    spec.container.secrets_as_environment = true;
    engine::ContainerPlan container;
    give_secrets(spec, {{"TOKEN", "ghp"}}, container);
    CHECK(container.environment == std::map<std::string, std::string>{{"TOKEN", "ghp"}});
    CHECK(container.secrets.empty());
}
