#include "cli/entry_install.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

Json entry(const char* from = "registry.test") {
    return Json{{"id", "io.github.example/weather"}, {"version", "1.4.0"}, {"from", from}};
}

std::string plan(const Json& entry, const Json& definition) {
    std::string all;
    for (const auto& line : plan_lines(entry, definition)) all += line + "\n";
    return all;
}

}  // namespace

TEST_CASE("what names no template is a registry's entry, an address or a file") {
    for (const char* text : {"io.github.example/weather", "io.github.example/weather@1.0",
                             "https://x.test/server.json", "server.json", "./server.json"})
        CHECK_MESSAGE(names_an_entry(text), text);
    CHECK(!names_an_entry("filesystem"));
}

TEST_CASE("a plan has the exact package and its arguments, what it is given and that nothing confines it") {
    const std::string said =
        plan(entry(),
             Json{{"npm", Json{{"package", "@a/b"}, {"version", "1.4.0"}, {"args", {"--x", "two words"}}}},
                  {"config", Json{{"environment", Json{{"A", "1"}}}, {"secrets", Json{{"KEY", "s"}}}}}});
    CHECK(said.find("io.github.example/weather 1.4.0 from registry.test") != std::string::npos);
    CHECK(said.find("vouched for by: nobody") != std::string::npos);
    CHECK(said.find("npm package @a/b 1.4.0, by node, with the arguments: --x 'two words'") !=
          std::string::npos);
    CHECK(said.find("is given the secrets: KEY") != std::string::npos);
    CHECK(said.find("it is not confined") != std::string::npos);
}

TEST_CASE("of an image its folders are said, of a remote its address") {
    const std::string image =
        plan(entry(), Json{{"image", "mcp/x:1"}, {"config", Json{{"volumes", {"/a:/b"}}}}});
    CHECK(image.find("image mcp/x:1") != std::string::npos);
    CHECK(image.find("these of your folders: /a:/b") != std::string::npos);
    const std::string remote = plan(entry(), Json{{"url", "https://x.test/mcp"}});
    CHECK(remote.find("calls: https://x.test/mcp") != std::string::npos);
    CHECK(remote.find("what your AI clients send it") != std::string::npos);
}
