#include "common/engine_address.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("An engine's address: a unix socket, or TCP without TLS") {
    CHECK(parse_engine_address("unix:///run/docker.sock")->socket_path == "/run/docker.sock");
    CHECK(parse_engine_address("unix:///run/docker.sock")->text == "unix:///run/docker.sock");
    CHECK(parse_engine_address("tcp://10.0.0.1:2376")->text == "tcp://10.0.0.1:2376");
    CHECK(parse_engine_address("tcp://host")->port == 2375);
    CHECK(parse_engine_address("tcp://:2375")->host == "127.0.0.1");
    CHECK(parse_engine_address("tcp://[::1]:80/")->text == "tcp://[::1]:80");
    for (const char* bad :
         {"", "/run/docker.sock", "unix://docker.sock", "ssh://me@host", "https://host", "tcp://h:0",
          "tcp://h:99999", "tcp://h:1x", "tcp://[::1", "tcp://[::1]x", "unix:///a b", "tcp://h:1\r\nX: y"})
        CHECK_MESSAGE(parse_engine_address(bad).has_error(), bad);
}

TEST_CASE("DOCKER_HOST alone decides when it is set, and else Docker's and Podman's sockets in their order") {
    CHECK(engine_addresses({{"DOCKER_HOST", "unix:///x"}})->size() == 1);
    CHECK(engine_addresses({{"DOCKER_HOST", "nonsense"}}).has_error());
    CHECK(engine_addresses({{"DOCKER_HOST", "tcp://h"}, {"DOCKER_TLS_VERIFY", "1"}}).has_error());
    const auto all = engine_addresses({{"XDG_RUNTIME_DIR", "/run/user/1"}});
    REQUIRE(all->size() == 4);
    CHECK(all->at(0).socket_path == "/var/run/docker.sock");
    CHECK(all->at(1).socket_path == "/run/user/1/docker.sock");
    CHECK(all->at(2).socket_path == "/run/user/1/podman/podman.sock");
    CHECK(all->at(3).socket_path == "/run/podman/podman.sock");
    CHECK(engine_addresses({})->size() == 2);
}
