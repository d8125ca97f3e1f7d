#include "agent/engine/plan.hpp"
#include "agent/engine/pull_progress.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace mcpm::engine;
using Json = nlohmann::json;

TEST_CASE("A plan that asks for nothing is the safe container") {
    ContainerPlan plan;
    plan.image = "x";
    const Json body = Json::parse(create_body(plan, Flavour::docker));
    const Json& host = body["HostConfig"];
    CHECK(host["CapDrop"] == Json::array({"ALL"}));
    CHECK(host["CapAdd"].empty());
    CHECK(host["SecurityOpt"] == Json::array({"no-new-privileges"}));
    CHECK(host["Init"] == true);
    CHECK(host["NetworkMode"] == "bridge");
    CHECK(host["Memory"] == 512u << 20);
    CHECK(host["MemorySwap"] == 512u << 20);
    CHECK(host["PidsLimit"] == 256);
    CHECK(host["RestartPolicy"]["Name"] == "no");
    CHECK(host["AutoRemove"] == false);
    CHECK(host["LogConfig"]["Type"] == "local");
    CHECK(host["LogConfig"]["Config"].contains("max-size"));
    CHECK_FALSE(host.contains("Privileged"));
    CHECK(body["OpenStdin"] == true);
    CHECK(body["StdinOnce"] == false);
    CHECK(body["Tty"] == false);
    CHECK_FALSE(body.contains("Entrypoint"));
    CHECK_FALSE(body.contains("Cmd"));
    CHECK(Json::parse(create_body(plan, Flavour::podman))["HostConfig"]["LogConfig"]["Type"] == "k8s-file");
}

TEST_CASE("Of secrets the engine is told only where they will be, in a volume without a name") {
    ContainerPlan plan;
    plan.image = "x";
    plan.secrets = {{"github", "swordfish"}};
    const std::string text = create_body(plan, Flavour::docker);
    CHECK(text.find("swordfish") == std::string::npos);
    CHECK(Json::parse(text)["HostConfig"]["Mounts"] ==
          Json::array({{{"Type", "volume"}, {"Target", "/run/secrets"}, {"ReadOnly", false}}}));
}

TEST_CASE("What a plan asks for is what the engine is told") {
    ContainerPlan plan;
    plan.image = "x";
    plan.arguments = {"a b", "$(c)"};
    plan.entrypoint = {"/bin/x"};
    plan.environment = {{"A", "1=2"}, {"BAD", "\xff"}};
    plan.ports = {{.container_port = 80}, {.host_address = "0.0.0.0", .host_port = 81, .container_port = 80}};
    plan.mounts = {{.source = "/a", .target = "/b", .is_read_only = true},
                   {.kind = Mount::Kind::tmpfs, .source = "", .target = "/t"}};
    plan.cpus = 1.5;
    plan.memory_bytes = 0;
    plan.pids = 0;
    plan.open_files = 64;
    const Json body = Json::parse(create_body(plan, Flavour::docker));
    CHECK(body["Cmd"] == Json::array({"a b", "$(c)"}));
    CHECK(body["Entrypoint"] == Json::array({"/bin/x"}));
    CHECK(body["Env"][0] == "A=1=2");
    const Json& host = body["HostConfig"];
    CHECK(host["PortBindings"]["80/tcp"][0] == Json{{"HostIp", "127.0.0.1"}, {"HostPort", ""}});
    CHECK(host["PortBindings"]["80/tcp"][1] == Json{{"HostIp", "0.0.0.0"}, {"HostPort", "81"}});
    CHECK(body["ExposedPorts"].contains("80/tcp"));
    CHECK(host["Mounts"][0] ==
          Json{{"Type", "bind"}, {"Source", "/a"}, {"Target", "/b"}, {"ReadOnly", true}});
    CHECK_FALSE(host["Mounts"][1].contains("Source"));
    CHECK(host["NanoCpus"] == 1'500'000'000);
    CHECK_FALSE(host.contains("Memory"));
    CHECK_FALSE(host.contains("PidsLimit"));
    CHECK(host["Ulimits"][0]["Hard"] == 64);
}

TEST_CASE("A reference without a tag is latest, never all of them") {
    const auto is = [](const char* text, const char* name, const char* tag, const char* registry) {
        const auto target = pull_target(text);
        CHECK(target.name == name);
        CHECK(target.tag == tag);
        CHECK(target.registry == registry);
    };
    is("alpine", "alpine", "latest", "docker.io");
    is("mcp/time:1.2", "mcp/time", "1.2", "docker.io");
    is("localhost:5000/a", "localhost:5000/a", "latest", "localhost:5000");
    is("ghcr.io/a/b:c", "ghcr.io/a/b", "c", "ghcr.io");
    is("ghcr.io/a/b@sha256:00", "ghcr.io/a/b@sha256:00", "", "ghcr.io");
    is("127.0.0.1:5000/a:t@sha256:00", "127.0.0.1:5000/a@sha256:00", "", "127.0.0.1:5000");
}

TEST_CASE("Pull progress is summed over layers, however the bytes are cut") {
    const std::string bytes = R"({"status":"Pulling from library/x","id":"latest"}
{"status":"Pulling fs layer","id":"a"}
{"status":"Downloading","id":"a","progressDetail":{"current":50,"total":100}}
{"status":"Already exists","id":"b"}
not json
)";
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
        PullReader reader;
        std::optional<PullProgress> last;
        for (std::size_t at = 0; at < bytes.size(); at += step)
            if (auto now = reader.feed(std::string_view(bytes).substr(at, step))) last = now;
        REQUIRE(last);
        CHECK(last->layers == 2);
        CHECK(last->layers_done == 1);
        CHECK(last->bytes == 100);
        CHECK(last->bytes_done == 50);
        CHECK_FALSE(reader.failure());
    }
    PullReader failed;
    failed.feed("{\"errorDetail\":{},\"error\":\"manifest unknown\\u001b\"}\n");
    CHECK(failed.failure() == "manifest unknown");
}
