#include "agent/engine/pull_progress.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm::engine;

TEST_CASE("A mirror has the images of docker.io, and no others") {
    const std::string mirror = "mirror.example:5000/hub";
    CHECK(mirrored("time", mirror) == "mirror.example:5000/hub/library/time");
    CHECK(mirrored("mcp/time:1", mirror) == "mirror.example:5000/hub/mcp/time:1");
    CHECK(mirrored("docker.io/mcp/time", mirror) == "mirror.example:5000/hub/mcp/time");
    CHECK(mirrored("mcp/time@sha256:ab", mirror) == "mirror.example:5000/hub/mcp/time@sha256:ab");
    CHECK(mirrored("ghcr.io/o/web:1", mirror) == "ghcr.io/o/web:1");
    CHECK(mirrored("mirror.example:5000/hub/mcp/time", mirror) == "mirror.example:5000/hub/mcp/time");
    CHECK(mirrored("sha256:ab", mirror) == "sha256:ab");
    CHECK(mirrored("mcp/time", "") == "mcp/time");
}

TEST_CASE("How far a pull is, in words") {
    PullProgress progress;
    CHECK(pull_text("o/web:1", progress) == "pulling o/web:1");
    progress.layers = 7;
    progress.layers_done = 3;
    CHECK(pull_text("o/web:1", progress) == "pulling o/web:1: 3 of 7 layers");
    progress.bytes = 40ULL << 20;
    progress.bytes_done = 12'687'770;
    CHECK(pull_text("o/web:1", progress) == "pulling o/web:1: 3 of 7 layers, 12.1 MiB of 40 MiB");
    CHECK(pull_text("a\x1b[31mb", {}).find('\x1b') == std::string::npos);
}

TEST_CASE("Layers that an engine tells of are counted, and bytes only on their way over the network") {
    PullReader reader;
    (void)reader.feed(R"({"status":"Pulling from o/web","id":"1"})"
                      "\n"
                      R"({"status":"Pulling fs layer","progressDetail":{},"id":"aa"})"
                      "\n");
    const auto now = reader.feed(
        R"({"status":"Downloading","progressDetail":{"current":1048576,"total":2097152},"id":"aa"})"
        "\n");
    REQUIRE(now.has_value());
    CHECK(pull_text("o/web", *now) == "pulling o/web: 0 of 1 layers, 1 MiB of 2 MiB");
}
