#include "cli/clients/import_plan.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

ImportWishes wishes() {
    return {false, "/srv/shop", [](const char* name) {
                return std::string(name) == "KNOWN" ? std::optional<std::string>("value") : std::nullopt;
            }};
}

std::vector<FoundServer> found_in(const std::string& text) {
    const DocumentFormat format = format_of("x", text);
    const auto root = read_document(format, text);
    REQUIRE(root.has_value());
    return servers_in(*root, format, wishes());
}

std::vector<ImportItem> plan(const std::string& text, const Json& existing = Json::array()) {
    return plan_import({{"/f", "", found_in(text)}}, existing, Json::array());
}

std::string only(const std::string& text) {
    const auto found = found_in(text);
    REQUIRE(found.size() == 1);
    return found[0].name + " " + (found[0].problem.empty() ? compact(found[0].definition) : found[0].problem);
}

}  // namespace

TEST_CASE("Every form of other programs is read") {
    for (const char* const text :
         {R"({"mcpServers": {"a": {"command": "x", "args": ["1"]}}})",
          R"({"servers": {"a": {"type": "stdio", "command": "x", "args": ["1"]}}})",
          R"({"context_servers": {"a": {"source": "custom", "command": "x", "args": ["1"]}}})",
          R"({"mcp": {"a": {"type": "local", "command": ["x", "1"], "enabled": true}}})",
          R"({"mcp": {"servers": {"a": {"type": "local", "command": ["x", "1"]}}}})",
          R"({"amp.mcpServers": {"a": {"command": "x", "args": ["1"]}}})",
          R"({"projects": {"/srv/shop": {"mcpServers": {"a": {"command": "x", "args": ["1"]}}}}})",
          R"({"a": {"name": "a", "command": "x", "args": ["1"], "profile_tags": []}})",
          R"({"name": "a", "command": "x", "args": ["1"]})",
          "mcpServers:\n  - name: a\n    command: x\n    args: ['1']\n",
          "extensions:\n  a:\n    type: stdio\n    cmd: x\n    args: ['1']\n"}) {
        CAPTURE(text);
        CHECK(only(text) == R"(a {"command":"x","args":["1"],"config":{"cwd":"/srv/shop"}})");
    }
    CHECK(only(R"({"mcpServers": {"a": {"httpUrl": "https://h/m", "headers": {"X": "1"}}}})") ==
          R"(a {"type":"remote","url":"https://h/m","headers":{"X":"1"}})");
    CHECK(only(R"({"mcpServers": {"a": {"type": "SSE", "url": "https://h/s"}}})") ==
          R"(a {"type":"remote","url":"https://h/s","config":{"transport":"sse"}})");
    CHECK(
        only("services:\n  a:\n    image: i\n    environment: [A=b]\n    volumes: ['./d:/d']\n") ==
        R"(a {"type":"container","image":"i","config":{"environment":{"A":"b"},"volumes":["/srv/shop/d:/d"]}})");
    CHECK(only("registry:\n  a:\n    image: i\n    secrets: [{name: n, env: E}]\n") ==
          R"(a {"type":"container","image":"i","config":{"secrets":{"E":""}}})");
    CHECK(only("extensions:\n  a: {type: builtin}\n") ==
          "a it is part of the client itself, which goes on running it");
    CHECK(found_in("{}").empty());
    CHECK(found_in("[1, 2]").empty());
}

TEST_CASE("Placeholders take their values from here, and what has none is asked of the vault") {
    CHECK(
        only(
            R"({"mcpServers": {"a": {"command": "x", "env": {"A": "${KNOWN}", "B": "${env:NONE:-b}", "C": "${input:c}", "D": "${workspaceFolder}/d"}}}})") ==
        R"(a {"command":"x","config":{"environment":{"A":"value","B":"b","D":"/srv/shop/d"},"secrets":{"C":""},"cwd":"/srv/shop"}})");
    CHECK(only(R"({"mcpServers": {"a": {"command": "x", "args": ["${NONE}"]}}})") ==
          "a its command needs NONE, which has no value here: set it, or write it out");
}

TEST_CASE("Servers are the same by what they run, whatever they are called") {
    const auto items = plan(R"({"mcpServers": {
        "one": {"command": "/usr/bin/x", "args": ["1"], "env": {"A": "1"}}, "two": {"command": "x", "args": ["1"], "env": {"A": "1"}},
        "three": {"command": "x", "args": ["1"], "env": {"A": "2"}}, "four": {"command": "x", "args": ["2"]}}})");
    REQUIRE(items.size() == 4);
    CHECK(items[0].state == ImportItem::State::is_new);
    CHECK(items[1].state == ImportItem::State::same);
    CHECK(items[1].name == "one");
    CHECK(items[2].state == ImportItem::State::is_new);
    CHECK(items[3].state == ImportItem::State::is_new);
}

TEST_CASE(
    "One that is defined already is known, though its values are hidden; another of its name gets its own") {
    const Json existing = Json::array({Json{{"id", "srv_a"},
                                            {"name", "hub"},
                                            {"type", "process"},
                                            {"status", "stopped"},
                                            {"command", "x"},
                                            {"args", {"--token=***"}},
                                            {"config", {{"secrets", {{"KEY", "k"}}}}}}});
    const auto items = plan(
        R"({"mcpServers": {"mine": {"command": "x", "args": ["--token=abc"], "env": {"KEY": "v"}}, "hub": {"command": "y"}}})",
        existing);
    REQUIRE(items.size() == 2);
    CHECK(items[0].state == ImportItem::State::same);
    CHECK(items[0].name == "hub");
    CHECK(items[1].name == "hub-2");
}

TEST_CASE("Secrets go to the vault by their shape, and headers by a variable") {
    const auto items = plan(
        R"({"mcpServers": {"a": {"command": "x", "env": {"API_KEY": "v", "MODE": "m", "DB": "pg://u:pw@h/d"}},
        "b b": {"url": "https://h/m", "headers": {"Authorization": "Bearer t", "X-Team": "z"}}}})");
    REQUIRE(items.size() == 2);
    CHECK(compact(items[0].definition["config"]["environment"]) == R"({"MODE":"m"})");
    CHECK(items[0].secrets ==
          std::vector<std::pair<std::string, std::string>>{{"a.API_KEY", "v"}, {"a.DB", "pg://u:pw@h/d"}});
    CHECK(compact(items[1].definition["headers"]) ==
          R"({"Authorization":"Bearer ${AUTHORIZATION}","X-Team":"z"})");
    CHECK(items[1].secrets == std::vector<std::pair<std::string, std::string>>{{"b-b.AUTHORIZATION", "t"}});
    CHECK(compact(items[1].definition).find("Bearer t") == std::string::npos);
}

TEST_CASE("An entry of our own is not imported") {
    const auto items = plan(
        R"({"mcpServers": {"mcpm": {"command": "/usr/bin/mcpm", "args": ["connect"]}, "f": {"command": "mcpm", "args": ["connect", "f"]}}})");
    CHECK(items[0].state == ImportItem::State::ours);
    CHECK(items[1].state == ImportItem::State::ours);
}

TEST_CASE("server.json of every schema version is read, and what has no value is asked for") {
    CHECK(
        only(R"({"name": "io.example/time", "description": "d", "version": "1.0.0", "packages": [
        {"registryType": "pypi", "identifier": "t-server", "version": "1.0.0", "transport": {"type": "stdio"},
         "packageArguments": [{"type": "named", "name": "--zone", "value": "{z}", "variables": {"z": {"default": "UTC"}}}],
         "environmentVariables": [{"name": "KEY", "isSecret": true}, {"name": "MODE", "default": "x"}, {"name": "UNUSED"}]}]})") ==
        R"(time {"pypi":{"package":"t-server","version":"1.0.0","args":["--zone","UTC"]},"config":{"secrets":{"KEY":""},"environment":{"MODE":"x"}}})");
    CHECK(
        only(
            R"({"server": {"name": "io.example/old", "packages": [{"registry_type": "npm", "identifier": "@e/old", "version": "2.0.0",
        "environment_variables": [{"name": "KEY", "is_required": true}]}]}, "_meta": {}})") ==
        R"(old {"npm":{"package":"@e/old","version":"2.0.0"},"config":{"secrets":{"KEY":""}}})");
    CHECK(
        only(
            R"({"name": "io.example/img", "packages": [{"registryType": "oci", "identifier": "ghcr.io/e/i:1.0", "transport": {"type": "stdio"}}]})") ==
        R"(img {"type":"container","image":"ghcr.io/e/i:1.0"})");
    CHECK(
        only(
            R"({"name": "io.example/far", "remotes": [{"type": "sse", "url": "https://e/sse", "headers": [{"name": "X-Key", "isRequired": true}]}]})") ==
        R"(far {"type":"remote","url":"https://e/sse","config":{"transport":"sse","secrets":{"X_Key":""}},"headers":{"X-Key":"${X_Key}"}})");
    CHECK(
        only(
            R"({"name": "io.example/args", "packages": [{"registryType": "npm", "identifier": "a", "version": "1.0.0",
        "packageArguments": [{"type": "positional", "valueHint": "folder", "isRequired": true}]}]})") ==
        "args it needs a value for its argument folder: `mcpm add` gives it one");
    CHECK(
        only(R"({"name": "io.example/net", "packages": [{"registryType": "nuget", "identifier": "a"}]})") ==
        "net packages of nuget cannot be installed: with .NET on this machine `mcpm add NAME -- dnx a --yes` "
        "starts it");
}
