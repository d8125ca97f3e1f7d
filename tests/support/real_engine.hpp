// A real container engine for a test case, and images of our fixtures (tests/support/engine.sh). Where no
// engine can run, the reason is printed and the case is left out; in CI it fails.
#pragma once

#include "tests/support/places.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace mcpm::test {

/// The image's name, or nothing when there can be no engine.
inline std::optional<std::string> image_of(const std::string& fixture) {
    const std::string command = "MCPM_BUILD_DIR='" + places::build_folder() + "' MCPM_SOURCE_DIR='" +
                                places::source_folder() + "' bash '" + places::source_folder() +
                                "/tests/support/engine.sh' image " + fixture;
    std::string said;
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 256> piece{};
    while (std::fgets(piece.data(), piece.size(), pipe) != nullptr) said += piece.data();
    const int status = ::pclose(pipe);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        MESSAGE("left out: no container engine can run here");
        return std::nullopt;
    }
    REQUIRE(status == 0);
    return said.substr(0, said.find('\n'));
}

}  // namespace mcpm::test
