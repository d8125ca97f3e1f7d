#include "common/docker_context.hpp"
#include "common/sha256.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;

namespace {

struct DockerFolder {
    DockerFolder() { std::filesystem::create_directories(path); }
    ~DockerFolder() { std::filesystem::remove_all(path); }
    DockerFolder(const DockerFolder&) = delete;
    DockerFolder& operator=(const DockerFolder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name) << text;
    }
    void add_context(const std::string& name, const std::string& host) const {
        write("contexts/meta/" + sha256_hex(name) + "/meta.json",
              R"({"Name":")" + name + R"(","Metadata":{},"Endpoints":{"docker":{"Host":")" + host +
                  R"(","SkipTLSVerify":false}}})");
    }
    /// The first place that would be tried, or why there is none.
    std::string first(std::map<std::string, std::string> environment = {}) const {
        environment.emplace("DOCKER_CONFIG", path.string());
        const auto found = find_engine_addresses(environment);
        return found ? found->front().text : found.error().message;
    }

    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("mcpm-docker-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("Hexadecimal digits of a SHA-256") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("The current context of docker's configuration chooses the engine, DOCKER_CONTEXT another") {
    const DockerFolder folder;
    CHECK(folder.first() == "unix:///var/run/docker.sock");
    folder.write("config.json", R"({"currentContext":"desktop"})");
    folder.add_context("desktop", "unix:///home/u/.docker/desktop/docker.sock");
    folder.add_context("other", "unix:///other.sock");
    CHECK(folder.first() == "unix:///home/u/.docker/desktop/docker.sock");
    CHECK(folder.first({{"DOCKER_CONTEXT", "other"}}) == "unix:///other.sock");
    CHECK(folder.first({{"DOCKER_CONTEXT", "default"}}) == "unix:///var/run/docker.sock");
    CHECK(folder.first({{"DOCKER_HOST", "unix:///host.sock"}, {"DOCKER_CONTEXT", "other"}}) ==
          "unix:///host.sock");
    CHECK(find_engine_addresses({{"DOCKER_CONFIG", folder.path.string()}})->size() == 1);
}

TEST_CASE("A context that is not there, or is no unix socket, is refused with a sentence") {
    const DockerFolder folder;
    folder.add_context("far", "ssh://me@host");
    CHECK(folder.first({{"DOCKER_CONTEXT", "none"}}).find("there is no") != std::string::npos);
    CHECK(folder.first({{"DOCKER_CONTEXT", "far"}}).find("ssh://me@host") != std::string::npos);
    CHECK(folder.first({{"DOCKER_CONTEXT", "far"}}).find("only unix sockets") != std::string::npos);
    CHECK(find_engine_addresses({{"DOCKER_CONTEXT", "x"}}).has_error());
    folder.write("config.json", "no JSON");
    CHECK(folder.first() == "unix:///var/run/docker.sock");
    for (const char* bad : {"", "[]", "{}", R"({"Endpoints":[]})", R"({"Endpoints":{"docker":{"Host":7}}})",
                            R"({"Endpoints":{"docker":{"Host":"unix://relative"}}})"})
        CHECK(read_context("x", bad).has_error());
    CHECK(read_context("a\x1b[2J", "{}").error().message.find('\x1b') == std::string::npos);
}
