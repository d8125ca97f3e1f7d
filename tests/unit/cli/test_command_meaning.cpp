#include "cli/clients/command_meaning.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

/// Words parted by blanks; "-" when they mean themselves.
std::string meaning(const std::string& line) {
    std::istringstream words(line);
    std::vector<std::string> all;
    for (std::string word; words >> word;) all.push_back(word);
    const auto found = meaning_of(all);
    return found ? compact(found->definition) : "-";
}

}  // namespace

TEST_CASE("npx and its like mean the npm package they start") {
    CHECK(meaning("npx -y @scope/pkg@1.2.3 /a b") ==
          R"({"npm":{"package":"@scope/pkg","version":"1.2.3","args":["/a","b"]}})");
    CHECK(meaning("npx pkg@latest") == R"({"npm":{"package":"pkg"}})");
    CHECK(meaning("/usr/bin/npx --yes --package=pkg@2 tool -v") ==
          R"({"npm":{"package":"pkg","version":"2","program":"tool","args":["-v"]}})");
    CHECK(meaning("cmd /c npx -y pkg") == R"({"npm":{"package":"pkg"}})");
    CHECK(meaning("npm exec -y -- pkg x") == R"({"npm":{"package":"pkg","args":["x"]}})");
    CHECK(meaning("bunx pkg") == R"({"npm":{"package":"pkg"}})");
    CHECK(meaning("pnpm dlx pkg") == R"({"npm":{"package":"pkg"}})");
}

TEST_CASE("uvx and its like mean the PyPI package they start") {
    CHECK(meaning("uvx mcp-server-time --zone=x") ==
          R"({"pypi":{"package":"mcp-server-time","args":["--zone=x"]}})");
    CHECK(meaning("uvx --python 3.12 --with other==1.0 --with=more pkg serve") ==
          R"({"pypi":{"package":"pkg","args":["serve"],"with":["other==1.0","more"],"python":"3.12"}})");
    CHECK(meaning("uvx pkg@1.0") == R"({"pypi":{"package":"pkg","version":"1.0"}})");
    CHECK(meaning("uvx --from pkg==1.0 tool") ==
          R"({"pypi":{"package":"pkg","version":"1.0","program":"tool"}})");
    CHECK(meaning("uv tool run pkg") == R"({"pypi":{"package":"pkg"}})");
    CHECK(meaning("pipx run --spec pkg tool") == R"({"pypi":{"package":"pkg","program":"tool"}})");
}

TEST_CASE("go run means the Go program, where a version is named") {
    CHECK(meaning("go run github.com/a/b/cmd/c@v1.2.3 --x") ==
          R"({"go":{"package":"github.com/a/b/cmd/c","version":"v1.2.3","args":["--x"]}})");
    CHECK(meaning("/usr/local/go/bin/go run example.org/tool@latest") ==
          R"({"go":{"package":"example.org/tool"}})");
    for (const char* own : {"go run .", "go run ./cmd/c", "go run cmd/c@v1", "go run main.go",
                            "go build a.b/c@v1", "go run -race a.b/c@v1", "go run a.b/c@"})
        CHECK_MESSAGE(meaning(own) == "-", own);
}

TEST_CASE("podman run and yarn dlx mean what docker run and npx do") {
    CHECK(meaning("podman run -i --rm mcp/x") == R"({"type":"container","image":"mcp/x"})");
    CHECK(meaning("yarn dlx pkg@1") == R"({"npm":{"package":"pkg","version":"1"}})");
}

TEST_CASE("docker run means the image, with its options where a definition has them") {
    CHECK(meaning("docker run -i --rm -e A=b -e C mcp/x --flag") ==
          R"({"config":{"environment":{"A":"b"}},"type":"container","image":"mcp/x","args":["--flag"]})");
    CHECK(meaning("docker run -it --init --name n mcp/x") == R"({"type":"container","image":"mcp/x"})");
    CHECK(
        meaning(
            "docker run -i -v /a:/b --mount type=bind,src=/c,dst=/d,readonly --network none -u 1 mcp/x") ==
        R"({"config":{"volumes":["/a:/b","/c:/d:ro"],"container":{"network":"none","user":"1"}},"type":"container","image":"mcp/x"})");
    CHECK(
        meaning("docker run -e=A=b -iv=/a:/b --cap-add=net_admin mcp/x") ==
        R"({"config":{"environment":{"A":"b"},"volumes":["/a:/b"],"container":{"capAdd":["NET_ADMIN"]}},"type":"container","image":"mcp/x"})");
    const auto found = meaning_of({"docker", "run", "-i", "-eTOKEN", "mcp/x"});
    REQUIRE(found.has_value());
    CHECK(found->variables == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("What would lose a meaning stays a command") {
    for (const char* const line : {"node x.js",
                                   "npx",
                                   "npx -y",
                                   "npx ./local",
                                   "npx github:a/b",
                                   "npx -c 'x'",
                                   "npx -p a -p b c",
                                   "npx https://x/y.tgz",
                                   "uvx --with one,other pkg",
                                   "uvx --with ./here pkg",
                                   "uvx --python /usr/bin/python3 pkg",
                                   "uvx --python pypy pkg",
                                   "uvx git+https://x/y",
                                   "uvx ./here",
                                   "uvx --from git+https://x tool",
                                   "docker run --privileged mcp/x",
                                   "docker run --gpus all mcp/x",
                                   "docker run --network=container:other mcp/x",
                                   "docker exec x y",
                                   "docker compose up",
                                   "docker run -i",
                                   "docker run --mount type=volume,src=a,dst=b mcp/x",
                                   "docker run --env-file f mcp/x",
                                   "npm run x",
                                   "uv run x"}) {
        CAPTURE(line);
        CHECK(meaning(line) == "-");
    }
}
