#include "agent/registry/bundle_entry.hpp"
#include "agent/templates/fill.hpp"

#include <doctest/doctest.h>

#include <variant>

using namespace mcpm;
using namespace mcpm::registry;

namespace {

const BundlePlace place{"/home/me/notes.mcpb", "sha256:" + std::string(64, 'a'), "/home/me"};

Entry read(std::string_view text) {
    const auto manifest = wire::parse(text);
    REQUIRE(manifest.has_value());
    auto entry = read_bundle(*manifest, place);
    if (!entry) FAIL(entry.error().message);
    return std::move(*entry);
}

std::string refusal(std::string_view text) {
    const auto entry = read_bundle(*wire::parse(text), place);
    return entry ? "" : entry.error().message;
}

constexpr std::string_view notes =
    R"({"manifest_version": "0.3", "name": "notes", "version": "1.2.0", "license": "MIT",
  "description": "Notes.", "author": {"name": "A"},
  "server": {"type": "node", "entry_point": "server/index.js", "mcp_config": {"command": "node",
    "args": ["${__dirname}/server/index.js", "--root", "${user_config.root}", "${user_config.extra}"],
    "env": {"KEY": "${user_config.api_key}", "DATA": "${__dirname}/data", "LEVEL": "${user_config.level}"},
    "platform_overrides": {"win32": {"command": "node.exe"}}}},
  "user_config": {
    "root": {"type": "directory", "title": "Root", "description": "the folder", "required": true},
    "extra": {"type": "file", "multiple": true, "description": "more files"},
    "api_key": {"type": "string", "title": "Key", "sensitive": true, "required": true},
    "level": {"type": "number", "default": 3, "description": "how much"},
    "desk": {"type": "directory", "default": "${DESKTOP}", "description": "unused"}}})";

}  // namespace

TEST_CASE("what a bundle asks for becomes parameters, and its command a definition") {
    const Entry entry = read(notes);
    CHECK(entry.problem == "");
    CHECK(entry.version == "1.2.0");
    auto filled = templates::fill(entry.content, "n",
                                  {{"root", {"/srv"}}, {"extra", {"/a", "/b"}}, {"api-key", {"k"}}});
    if (!filled) FAIL(filled.error().message);
    const auto& source = std::get<PackageSource>(filled->spec.source);
    CHECK(source.registry == PackageRegistry::mcpb);
    CHECK(source.package == place.place);
    CHECK(source.digest == place.digest);
    CHECK(source.arguments == std::vector<std::string>{"--root", "/srv", "/a", "/b"});
    CHECK(filled->spec.environment.at("DATA") == "${package.folder}/data");
    CHECK(filled->spec.environment.at("LEVEL") == "3");
    CHECK(filled->spec.secrets.at("KEY") == "n-api-key");
    CHECK(templates::find_parameter(entry.content, "desk")->standard == "/home/me/Desktop");
}

TEST_CASE("an interpreter with arguments of its own gets them all") {
    const Entry entry =
        read(R"({"name": "m", "version": "1", "server": {"type": "python", "entry_point": "m/main.py",
      "mcp_config": {"command": "python3", "args": ["-m", "m.main"], "env": {"PYTHONPATH": "${__dirname}/lib"}}}})");
    const auto filled = templates::fill(entry.content, "n", {});
    REQUIRE(filled.has_value());
    const auto& source = std::get<PackageSource>(filled->spec.source);
    CHECK(source.program == "interpreter");
    CHECK(source.arguments == std::vector<std::string>{"-m", "m.main"});
}

TEST_CASE("what a bundle cannot have here is said") {
    CHECK(read(R"({"name": "m", "compatibility": {"platforms": ["win32"]},
      "server": {"type": "node", "entry_point": "x.js", "mcp_config": {}}})")
              .problem.starts_with("its bundle is not for Linux"));
    CHECK(read(R"({"name": "m", "server": {"type": "node", "entry_point": "x.js", "mcp_config":
      {"args": ["x.js", "${user_config.nosuch}"]}}})")
              .problem.find("does not ask for") != std::string::npos);
    CHECK(read(R"({"name": "m", "server": {"type": "node", "entry_point": "x.js", "mcp_config":
      {"args": ["x.js", "${user_config.k}"]}}, "user_config": {"k": {"type": "string", "sensitive": true}}})")
              .problem.find("list of processes") != std::string::npos);
}

TEST_CASE("a manifest of another shape is refused with its field") {
    CHECK(refusal("[]").find("an object is expected") != std::string::npos);
    CHECK(refusal("{}").find("name") != std::string::npos);
    CHECK(refusal(R"({"name": "m"})").find("server.mcp_config") != std::string::npos);
    CHECK(refusal(R"({"name": "m", "server": {"mcp_config": {}}, "user_config": {"k": 1}})")
              .find("user_config.k") != std::string::npos);
}

TEST_CASE("A bundle whose dependencies uv would fetch at the start is shown with what to do instead") {
    const Entry entry =
        read(R"({"manifest_version": "0.4", "name": "n", "version": "1", "server": {"type": "uv",
        "entry_point": "src/main.py"}})");
    CHECK(entry.problem.find("a bundle of type uv") != std::string::npos);
    CHECK(entry.problem.find("mcpm add NAME --pypi") != std::string::npos);
}
