#include "agent/launch/container_command.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;
using Words = std::vector<std::string>;

TEST_CASE("A client of a container engine that runs one is known by its words") {
    CHECK(container_command({"docker", "run", "-i", "IMAGE"})->run == 1);
    CHECK(container_command({"/usr/bin/podman", "run", "x"})->run == 1);
    CHECK(container_command({"nerdctl", "-n", "k8s.io", "run", "x"})->run == 3);
    CHECK(container_command({"docker", "--context", "run", "run", "x"})->run == 3);
    CHECK(container_command({"docker", "-H=tcp://h", "container", "run", "x"})->run == 3);
    CHECK(container_command({"docker", "run", "--cidfile=f", "x"})->has_id_file);
    CHECK(container_command({"sudo", "-n", "docker", "run", "x"})->run == 3);
    CHECK(container_command({"env", "A=1", "docker", "run", "x"})->run == 3);
    CHECK_FALSE(container_command({"sudo", "docker"}));
    CHECK_FALSE(container_command({"docker", "exec", "run"}));
    CHECK_FALSE(container_command({"docker"}));
    CHECK_FALSE(container_command({"node", "run"}));
    CHECK_FALSE(container_command({}));
}

TEST_CASE("The engine is told to write the id down, unless the user has it written") {
    CHECK(with_id_file({"docker", "run", "-i", "x"}, "/f") ==
          Words{"docker", "run", "--cidfile", "/f", "-i", "x"});
    CHECK(with_id_file({"docker", "run", "--cidfile", "/g", "x"}, "/f") ==
          Words{"docker", "run", "--cidfile", "/g", "x"});
    CHECK(with_id_file({"node", "run"}, "/f") == Words{"node", "run"});
}

TEST_CASE("The files of other servers, and of runs that live, are none that were left") {
    std::string name = (std::filesystem::temp_directory_path() / "mcpm-cid-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(name.data());
    for (const auto& file : {container_id_file(folder, "srv_a", 1), container_id_file(folder, "srv_a", 2),
                             container_id_file(folder, "srv_b", 1), folder / "srv_a-x.cid"})
        std::ofstream(file) << "id";
    CHECK(left_id_files(folder, "srv_a", {2}) == std::vector{container_id_file(folder, "srv_a", 1)});
    CHECK(left_id_files(folder, "srv_c", {}).empty());
    CHECK(left_id_files(folder / "none", "srv_a", {}).empty());
    std::filesystem::remove_all(folder);
}
