#include "agent/engine/answers.hpp"
#include "agent/engine/refusal.hpp"
#include "agent/engine/usage.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::engine;

TEST_CASE("The newest version both know is agreed on, and none below 1.41") {
    const auto api = [](const std::string& newest, const std::string& oldest) {
        return read_version(
            R"({"Version":"1","ApiVersion":")" + newest + R"(","MinAPIVersion":")" + oldest + "\"}", "x");
    };
    CHECK(api("1.41", "1.12")->api == ApiVersion{1, 41});
    CHECK(api("1.44", "1.24")->api == ApiVersion{1, 44});
    CHECK(api("1.60", "1.44")->api == ApiVersion{1, 47});
    CHECK(api("1.40", "1.12").error().code == ErrorCode::unavailable);
    const auto too_new = api("1.90", "1.80");
    CHECK(too_new.error().message.find("it speaks API 1.80 to 1.90, we speak 1.41 to 1.47") !=
          std::string::npos);
    CHECK(read_version("<html>", "x").has_error());
}

TEST_CASE("Podman is recognised") {
    const auto info = read_version(
        R"({"Version":"4.3.1","ApiVersion":"1.41","Components":[{"Name":"Podman Engine"}],"Os":"linux"})",
        "x");
    CHECK(info->is_podman);
    CHECK(info->name == "Podman Engine");
}

TEST_CASE("A container's state, its exit, its ports") {
    const auto state =
        read_state(R"({"Id":"abc","Name":"/mcpm-x-1","Image":"sha256:1","Created":"2026-11-22T18:00:00.5Z",
        "State":{"Status":"exited","Pid":0,"ExitCode":137,"OOMKilled":true,"StartedAt":"2026-11-22T18:19:51.123456789Z",
                 "FinishedAt":"0001-01-01T00:00:00Z","Error":""},
        "Config":{"Labels":{"mcpm.run":"3"},"Tty":false},
        "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"32768"}],"81/udp":null}}})");
    REQUIRE(state.has_value());
    CHECK(state->name == "mcpm-x-1");
    CHECK(state->phase == Phase::exited);
    CHECK(state->exit_code == 137);
    CHECK(state->was_out_of_memory);
    CHECK(state->started_at.has_value());
    CHECK_FALSE(state->finished_at.has_value());
    CHECK(state->labels.at("mcpm.run") == "3");
    REQUIRE(state->ports.size() == 1);
    CHECK(state->ports.front().container_port == 80);
    CHECK(state->ports.front().host_port == 32768);
}

TEST_CASE("Events: Docker's and Podman's words are one") {
    const auto docker = read_event(
        R"({"Type":"container","Action":"die","Actor":{"ID":"abc","Attributes":{"exitCode":"3","mcpm.run":"1"}},"timeNano":17})");
    REQUIRE(docker);
    CHECK(docker->exit_code() == 3);
    CHECK(docker->time_ns == 17);
    const auto podman = read_event(
        R"({"Type":"container","Action":"died","Actor":{"ID":"abc","Attributes":{"containerExitCode":"4"}}})");
    REQUIRE(podman);
    CHECK(podman->action == "die");
    CHECK(podman->exit_code() == 4);
    CHECK_FALSE(read_event(R"({"Type":"network","Action":"connect","Actor":{"ID":"abc"}})"));
    CHECK_FALSE(read_event("{"));
}

TEST_CASE("A refusal has the engine's words, our code and what to do") {
    const auto taken = refused(
        500, R"({"message":"driver failed: Bind for 127.0.0.1:8080 failed: port is already allocated"})",
        "start container 1");
    CHECK(taken.code == ErrorCode::conflict);
    CHECK(taken.message.find("start container 1: driver failed") == 0);
    CHECK_FALSE(taken.hint.empty());
    CHECK(refused(404, R"({"message":"No such image: x:latest"})", "create").code == ErrorCode::not_found);
    CHECK(
        refused(409,
                R"({"message":"Conflict. The container name \"/x\" is already in use by container \"y\"."})",
                "create")
            .code == ErrorCode::conflict);
    CHECK(refused(500, "", "create").message == "create: the engine answered 500");
    CHECK(refused(400, R"({"message":"something new"})", "create").code == ErrorCode::validation_error);
}

TEST_CASE("What the engine says cannot play with a terminal, nor fill a page") {
    CHECK(said("{\"message\":\"a\\u001b[31mb\\nc\\u202ed\"}") == "a [31mb c d");
    const auto cut = said(std::string(100'000, 'x'));
    CHECK(cut.size() < 600);
    CHECK(said("\xff\xfe") == "??");
}

TEST_CASE("Usage is what docker stats shows, on cgroup v1 and v2") {
    const auto v1 =
        read_usage(R"({"memory_stats":{"usage":1000,"limit":4000,"stats":{"total_inactive_file":300}},
        "cpu_stats":{"cpu_usage":{"total_usage":77}},"pids_stats":{"current":2},
        "networks":{"eth0":{"rx_bytes":5,"tx_bytes":6},"eth1":{"rx_bytes":5,"tx_bytes":6}},
        "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":9},{"op":"write","value":8}]}})");
    CHECK(v1->memory_bytes == 700);
    CHECK(v1->cpu_ns == 77);
    CHECK(v1->received_bytes == 10);
    CHECK(v1->read_bytes == 9);
    CHECK(v1->written_bytes == 8);
    CHECK(read_usage(R"({"memory_stats":{"usage":1000,"stats":{"inactive_file":1}}})")->memory_bytes == 999);
}

TEST_CASE("What a registry has under a name") {
    CHECK(*read_registry_digest(
              R"({"Descriptor":{"mediaType":"x","digest":"sha256:0123","size":7},"Platforms":[]})") ==
          "sha256:0123");
    for (const char* bad : {"", "{}", R"({"Descriptor":[]})", R"({"Descriptor":{"digest":7}})",
                            R"({"Descriptor":{"digest":"none"}})"})
        CHECK(read_registry_digest(bad).has_error());
}
