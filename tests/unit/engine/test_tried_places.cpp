#include "agent/engine/tried_places.hpp"

#include <doctest/doctest.h>

using namespace mcpm::engine;

TEST_CASE("Places without an engine are one sentence, and what is there but does not answer is told") {
    const TriedPlace docker{"unix:///var/run/docker.sock",
                            "connect to unix:///var/run/docker.sock: No such file", true};
    const TriedPlace podman{"unix:///run/podman.sock",
                            "connect to unix:///run/podman.sock: Permission denied", false};
    CHECK(no_engine_in_words({docker}) ==
          "no container engine is here: there is no unix:///var/run/docker.sock");
    CHECK(no_engine_in_words({docker, docker, docker}) ==
          "no container engine is here: there is no unix:///var/run/docker.sock, and none of the 2 other "
          "usual sockets");
    CHECK(no_engine_in_words({docker, podman}) ==
          "no container engine answers: connect to unix:///run/podman.sock: Permission denied");
}
