#include "common/wrapped_command.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

std::string program(const std::vector<std::string>& argv) {
    const auto at = behind_wrappers(argv);
    return at < argv.size() ? argv[at] : "none";
}

}  // namespace

TEST_CASE("The program behind those that only run another is found") {
    CHECK(program({"docker", "run"}) == "docker");
    CHECK(program({"sudo", "docker", "run"}) == "docker");
    CHECK(program({"/usr/bin/sudo", "-E", "-u", "me", "A=1", "docker"}) == "docker");
    CHECK(program({"sudo", "--user=me", "--", "docker"}) == "docker");
    CHECK(program({"env", "-i", "-u", "X", "A=1", "B=/x", "docker"}) == "docker");
    CHECK(program({"nice", "-n", "5", "env", "timeout", "-k", "3", "10", "docker"}) == "docker");
    CHECK(program({"timeout", "--", "10", "docker"}) == "docker");
    CHECK(program({"nice", "-10", "/opt/a=b/docker"}) == "/opt/a=b/docker");
    CHECK(program({"sudo"}) == "none");
    CHECK(program({"timeout", "10"}) == "none");
    CHECK(program({}) == "none");
}
