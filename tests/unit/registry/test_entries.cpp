#include "agent/registry/answer_cache.hpp"
#include "agent/registry/catalogues.hpp"
#include "agent/registry/places.hpp"
#include "agent/registry/server_json.hpp"
#include "agent/templates/fill.hpp"
#include "common/units.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <variant>

using namespace mcpm;
using namespace mcpm::registry;

namespace {

Entry read(std::string_view text, const std::string& from = "registry.test") {
    const auto document = wire::parse(text);
    REQUIRE(document.has_value());
    auto entry = read_server_json(*document, from);
    if (!entry) FAIL(entry.error().message);
    return std::move(*entry);
}

std::string refusal(std::string_view text) {
    const auto document = wire::parse(text);
    REQUIRE(document.has_value());
    const auto entry = read_server_json(*document, "registry.test");
    REQUIRE(!entry.has_value());
    return entry.error().message;
}

ServerSpec spec_of(const Entry& entry, const templates::Values& values) {
    CHECK(entry.problem == "");
    auto filled = templates::fill(entry.content, "mine", values);
    if (!filled) FAIL(filled.error().message);
    return filled->spec;
}

Catalogue catalogue(std::string_view text) {
    const auto document = read_document(text);
    REQUIRE(document.has_value());
    auto read = read_catalogue(*document, "a file");
    if (!read) FAIL(read.error().message);
    return std::move(*read);
}

/// The same server, as the two spellings of the schema have it.
constexpr std::string_view since_2025_09 = R"({"server": {
  "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  "name": "io.github.example/weather", "title": "Weather", "description": "Weather of a place.", "version": "1.4.0",
  "repository": {"url": "https://github.com/example/weather", "source": "github"},
  "packages": [{"registryType": "npm", "identifier": "@example/weather", "version": "1.4.0",
    "transport": {"type": "stdio"},
    "packageArguments": [
      {"type": "positional", "value": "serve"},
      {"type": "named", "name": "--units", "default": "metric", "choices": ["metric", "imperial"]},
      {"type": "positional", "valueHint": "places", "isRequired": true, "isRepeated": true, "description": "where"}],
    "environmentVariables": [
      {"name": "WEATHER_KEY", "isRequired": true, "isSecret": true, "description": "a key"},
      {"name": "WEATHER_URL", "value": "https://{region}.example.com/",
       "variables": {"region": {"description": "the region", "default": "eu"}}}]}]},
  "_meta": {"io.modelcontextprotocol.registry/official": {"status": "active",
    "publishedAt": "2026-03-01T10:00:00Z", "updatedAt": "2026-04-01T10:00:00Z", "isLatest": true}}})";
constexpr std::string_view until_2025_09 = R"({
  "name": "io.github.example/weather", "description": "Weather of a place.", "status": "active",
  "version_detail": {"version": "1.4.0"},
  "packages": [{"registry_type": "npm", "identifier": "@example/weather", "version": "1.4.0",
    "package_arguments": [
      {"type": "positional", "value": "serve"},
      {"type": "named", "name": "--units", "default": "metric", "choices": ["metric", "imperial"]},
      {"type": "positional", "value_hint": "places", "is_required": true, "is_repeated": true, "description": "where"}],
    "environment_variables": [
      {"name": "WEATHER_KEY", "is_required": true, "is_secret": true, "description": "a key"},
      {"name": "WEATHER_URL", "value": "https://{region}.example.com/",
       "variables": {"region": {"description": "the region", "default": "eu"}}}]}]})";

}  // namespace

TEST_CASE("a server.json of either spelling becomes the same definition") {
    for (const auto text : {since_2025_09, until_2025_09}) {
        const Entry entry = read(text);
        CHECK(entry.id == "io.github.example/weather");
        CHECK(entry.version == "1.4.0");
        const ServerSpec spec = spec_of(entry, {{"places", {"Berlin", "Bern"}}, {"weather-key", {"k"}}});
        const auto& source = std::get<PackageSource>(spec.source);
        CHECK(source.package == "@example/weather");
        CHECK(source.version == "1.4.0");
        CHECK(source.arguments == std::vector<std::string>{"serve", "--units", "metric", "Berlin", "Bern"});
        CHECK(spec.environment.at("WEATHER_URL") == "https://eu.example.com/");
        CHECK(spec.secrets.at("WEATHER_KEY") == "mine-weather-key");
    }
}

TEST_CASE("what is asked for is checked as a template's parameters are") {
    const Entry entry = read(since_2025_09);
    const auto problems = templates::check_values(entry.content, {{"units", {"miles"}}});
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].message == "is one of metric, imperial, not \"miles\"");
    CHECK(problems[1].parameter == "places");
    CHECK(problems[2].parameter == "weather-key");
}

TEST_CASE("the official registry vouches for who published, another one does not") {
    CHECK(read(since_2025_09, "registry.modelcontextprotocol.io").verified == "GitHub account example");
    CHECK(read(since_2025_09).verified == "");
    CHECK(read(R"({"name": "com.example.mcp/x", "remotes": []})", "registry.modelcontextprotocol.io")
              .verified == "domain mcp.example.com");
    CHECK(read(since_2025_09).updated == "2026-04-01T10:00:00Z");
}

TEST_CASE("an image gets its variables and mounts, and nothing else of docker run") {
    const Entry entry =
        read(R"({"name": "a/files", "packages": [{"registryType": "oci", "identifier": "mcp/files:1.0",
      "runtimeArguments": [{"type": "named", "name": "--mount", "value": "type=bind,src={source},dst=/project",
        "variables": {"source": {"format": "filepath", "isRequired": true, "description": "a folder"}}},
        {"type": "named", "name": "-e", "value": "KIND={kind}", "variables": {"kind": {"default": "x"}}}],
      "packageArguments": [{"type": "positional", "value": "/project"}]}]})");
    const ServerSpec spec = spec_of(entry, {{"source", {"/srv/notes"}}});
    CHECK(std::get<ImageSource>(spec.source).image == "mcp/files:1.0");
    CHECK(std::get<ImageSource>(spec.source).arguments == std::vector<std::string>{"/project"});
    CHECK(spec.environment.at("KIND") == "x");
    REQUIRE(spec.volumes.size() == 1);
    const Entry host = read(R"({"name": "a/b", "packages": [{"registryType": "oci", "identifier": "x:1",
      "runtimeArguments": [{"type": "named", "name": "--network", "value": "host"}]}]})");
    CHECK(host.problem.find("--network") != std::string::npos);
}

TEST_CASE("a remote gets its headers, the secret ones from the vault, and its address filled in") {
    const Entry entry = read(R"({"name": "a/b", "remotes": [{"type": "sse", "url": "https://x.test/sse"},
      {"type": "streamable-http", "url": "https://{tenant}.x.test/mcp", "variables": {"tenant": {"isRequired": true}},
       "headers": [{"name": "Authorization", "value": "Bearer {token}",
         "variables": {"token": {"isRequired": true, "isSecret": true}}}, {"name": "X-Region", "default": "eu"}]}]})");
    const ServerSpec spec = spec_of(entry, {{"tenant", {"acme"}}, {"token", {"t"}}});
    const auto& source = std::get<UrlSource>(spec.source);
    CHECK(source.url == "https://acme.x.test/mcp");
    CHECK(source.headers.at("Authorization") == "Bearer ${AUTHORIZATION}");
    CHECK(source.headers.at("X-Region") == "eu");
    CHECK(spec.secrets.at("AUTHORIZATION") == "mine-token");
}

TEST_CASE("what cannot be run here is an entry that says why") {
    CHECK(read(R"({"name": "a/b", "packages": [{"registryType": "nuget", "identifier": "X"}]})").problem ==
          "packages of nuget cannot be installed: with .NET on this machine `mcpm add NAME -- dnx X --yes` "
          "starts it");
    CHECK(read(R"({"name": "a/b", "packages": [{"registryType": "npm", "identifier": "x",
      "transport": {"type": "streamable-http", "url": "http://localhost:1"}}]})")
              .problem ==
          "its npm package speaks streamable-http, not stdio: start it yourself, then `mcpm add NAME --url "
          "ADDRESS`");
    CHECK(read(R"({"name": "a/b"})").problem.starts_with("it has no package and no remote"));
    CHECK(read(R"({"name": "a/b", "packages": [{"registryType": "npm", "identifier": "x", "packageArguments":
      [{"type": "named", "name": "--key", "isSecret": true}]}]})")
              .problem.find("would stand in the list of processes") != std::string::npos);
}

TEST_CASE("variables that stand within each other without end are cut off") {
    std::string text = R"({"value": "x", "default": ""})";
    for (int depth = 0; depth < 12; ++depth) text = R"({"value": "{a}", "variables": {"a": )" + text + "}}";
    const Entry entry = read(R"({"name": "a/b", "packages": [{"registryType": "npm", "identifier": "x",
      "packageArguments": [)" +
                             text + "]}]}");
    CHECK(entry.problem.starts_with("its variables stand within each other too deeply: at most"));
}

TEST_CASE("a document of another shape is refused with its field") {
    CHECK(refusal("[]") == "server.json: document: an object is expected");
    CHECK(refusal("{}") == "server.json: name: is missing");
    CHECK(refusal(R"({"name": 7})") == "server.json: name: a text is expected");
    CHECK(refusal(R"({"name": "a/b", "packages": {}})") == "server.json: packages: a list is expected");
    CHECK(refusal(R"({"name": "a/b", "remotes": ["x"]})") ==
          "server.json: remotes[0]: an object is expected");
    const auto document = wire::parse(R"({"name": "a/b", "packages": [{}, 7]})");
    CHECK(read_server_json(*document, "x").error().details.text(Detail::field) == "packages[1]");
}

TEST_CASE("a schema that is newer than those known here is said") {
    const auto entry =
        read(R"({"$schema": "https://static.modelcontextprotocol.io/schemas/2099-01-01/server.schema.json",
        "name": "a/b", "remotes": [{"type": "sse", "url": "https://x.test/"}]})");
    REQUIRE(entry.notes.size() == 1);
    CHECK(entry.notes[0].find("2099-01-01 is newer than 2025-12-11") != std::string::npos);
    CHECK(read(since_2025_09).notes.empty());
}

TEST_CASE("a bundle that a registry names no hash for cannot be installed from it") {
    const auto with = [](const std::string& hash) {
        return read(
            R"({"name": "a/b", "packages": [{"registryType": "mcpb", "identifier": "https://x.test/a.mcpb")" +
            hash + "}]}");
    };
    CHECK(with("").problem.find("its bundle has no fileSha256") == 0);
    CHECK(with("").bundle == "");
    CHECK(with(R"(, "fileSha256": "ABC")").problem.find("is not 64 hexadecimal digits: ABC") !=
          std::string::npos);
    const auto good = with(R"(, "fileSha256": ")" + std::string(64, 'a') + "\"");
    CHECK(good.problem == "");
    CHECK(good.bundle_digest == "sha256:" + std::string(64, 'a'));
}

TEST_CASE("a page of a registry has its entries and its cursor, and counts what is none") {
    const auto document = wire::parse(R"({"servers": [{"server": {"name": "a/b", "remotes": []}}, {"x": 1}],
      "metadata": {"nextCursor": "a/b:1", "count": 2}})");
    const auto page = read_page(*document, "registry.test");
    REQUIRE(page.has_value());
    CHECK(page->entries.size() == 1);
    CHECK(page->unreadable == 1);
    CHECK(page->next == "a/b:1");
    CHECK(!read_page(*wire::parse(R"({"servers": {}})"), "x").has_value());
}

TEST_CASE("Docker's catalogue: images with secrets, folders and values to ask for, and remotes") {
    const auto read = catalogue(R"(
version: 2
registry:
  notes:
    description: Notes in a folder.
    title: Notes
    type: server
    image: mcp/notes@sha256:0123456789012345678901234567890123456789012345678901234567890123
    dateAdded: "2026-02-03T04:05:06Z"
    secrets: [{name: notes.key, env: NOTES_KEY, example: abc}]
    env: [{name: NOTES_LANG, value: "{{notes.language}}"}]
    command: ["--root", "{{notes.folder}}"]
    volumes: ["{{notes.folder|volume}}"]
    allowHosts: ["api.notes.test:443"]
    config:
      - name: notes
        type: object
        properties:
          folder: {type: string, description: where they are}
          language: {type: string, default: en}
        required: [folder]
    metadata: {license: MIT, category: files, tags: [notes]}
  far:
    description: Elsewhere.
    remote: {url: "https://far.test/mcp", transport_type: streamable-http}
  odd: {image: mcp/odd, command: ["{{odd.unknown}}"]}
  broken: text
)");
    REQUIRE(read.entries.size() == 3);
    CHECK(read.unreadable == 1);
    const Entry& notes = read.entries[0];
    CHECK(notes.verified == "Docker builds the image");
    CHECK(notes.content.license == "MIT");
    CHECK(notes.content.permissions == std::vector<std::string>{"connects to api.notes.test:443"});
    const ServerSpec spec = spec_of(notes, {{"folder", {"/srv/notes"}}, {"notes-key", {"k"}}});
    CHECK(std::get<ImageSource>(spec.source).arguments == std::vector<std::string>{"--root", "/srv/notes"});
    CHECK(spec.environment.at("NOTES_LANG") == "en");
    CHECK(spec.secrets.at("NOTES_KEY") == "mine-notes-key");
    CHECK(spec.volumes.size() == 1);
    CHECK(std::get<UrlSource>(spec_of(read.entries[1], {}).source).url == "https://far.test/mcp");
    CHECK(read.entries[2].problem.find("{{odd.unknown}}") != std::string::npos);
}

TEST_CASE("ToolHive's registry: images, remotes, and what they may reach") {
    const auto read = catalogue(R"({"version": "1.0.0", "servers": {
      "fetch": {"description": "Fetches.", "tier": "Community", "status": "Active", "transport": "stdio",
        "image": "ghcr.io/example/fetch:1", "args": ["--quiet"], "tags": ["web"], "provenance": {"sigstore_url": "x"},
        "metadata": {"last_updated": "2025-08-30T00:00:00Z", "pulls": 7},
        "permissions": {"network": {"outbound": {"allow_host": ["example.com"], "allow_port": [443]}}},
        "env_vars": [{"name": "KEY", "required": true, "secret": true, "description": "a key"},
                     {"name": "MODE", "default": "fast"}]},
      "web": {"image": "x", "transport": "sse", "status": "Deprecated"}},
      "remote_servers": {"far": {"url": "https://far.test/mcp", "transport": "streamable-http",
        "headers": [{"name": "X-Key", "required": true, "secret": true}]}}})");
    REQUIRE(read.entries.size() == 3);
    const ServerSpec spec = spec_of(read.entries[0], {{"key", {"k"}}});
    CHECK(spec.environment.at("MODE") == "fast");
    CHECK(spec.secrets.at("KEY") == "mine-key");
    CHECK(read.entries[0].verified == "its image is signed");
    CHECK(read.entries[0].status == "");
    CHECK(read.entries[1].problem.starts_with("its image speaks sse, not stdio"));
    CHECK(read.entries[1].status == "deprecated");
    const ServerSpec far = spec_of(read.entries[2], {{"x-key", {"k"}}});
    CHECK(std::get<UrlSource>(far.source).headers.at("X-Key") == "${X_KEY}");
}

TEST_CASE("what cannot be installed says where that is, and what to do") {
    const auto of = [](std::string_view text) {
        const auto refused = check_installable(read(text));
        REQUIRE(!refused.has_value());
        CHECK(refused.error().code == ErrorCode::validation_error);
        const bool says_what_to_do =
            !refused.error().hint.empty() || refused.error().message.find('`') != std::string::npos;
        CHECK(says_what_to_do);
        return refused.error().details.text(Detail::field);
    };
    CHECK(check_installable(
        read(R"({"name": "a/b", "packages": [{"registryType": "npm", "identifier": "x"}]})")));
    CHECK(of(R"({"name": "a/b"})") == "packages");
    CHECK(of(R"({"name": "a/b", "remotes": [{"type": "other"}]})") == "remotes");
    CHECK(of(R"({"name": "a/b", "packages": [{"registryType": "npm"}]})") == "packages[0].identifier");
    CHECK(
        of(R"({"name": "a/b", "packages": [{"registryType": "odd"}, {"registryType": "npm", "identifier": "x",
        "transport": {"type": "sse"}}]})") == "packages[1].transport");
    CHECK(of(R"({"name": "a/b", "packages": [{"registryType": "odd", "identifier": "x"}]})") ==
          "packages[0].registryType");
    CHECK(of(R"({"name": "a/b", "packages": [{"registryType": "npm", "identifier": "x",
        "packageArguments": [{"type": "named", "name": "--key", "isSecret": true}]}]})") ==
          "packages[0].packageArguments");
    CHECK(of(R"({"name": "a/b", "packages": [{"registryType": "mcpb", "identifier": "x"}]})") ==
          "packages[0]");
}

TEST_CASE("entries of catalogues that are none, or cannot be installed, have their place in the file") {
    const auto placed = [](std::string_view text) {
        auto read = catalogue(text);
        add_places(read, text, "cat");
        return read;
    };
    const auto docker = placed("registry:\n  good: {image: x}\n  bad: 7\n  empty: {title: x}\n");
    CHECK(docker.first_unreadable == "cat:3:3: registry.bad: a map is expected");
    REQUIRE(docker.entries.size() == 2);
    CHECK(docker.entries[0].place == "");
    CHECK(docker.entries[1].place == "cat:4:3");
    CHECK(
        check_installable(docker.entries[1])
            .error()
            .message.starts_with("cat:4:3: \"empty\" cannot be installed: registry.empty.image: it has no"));
    const auto toolhive = placed("{\"servers\": {\n \"a\": {\"image\": \"x\"},\n \"b\": []}}");
    CHECK(toolhive.first_unreadable == "cat:3:2: servers.b: a map is expected");
    const auto page = placed("{\"servers\": [\n  {\"name\": \"a/b\"}, 7]}");
    CHECK(page.first_unreadable.starts_with("cat:2:20: servers[1]: "));
    CHECK(read_document("registry:\n  one: {image: x\n", "cat").error().message.starts_with("cat:"));
    CHECK(read_document("{\n \"a\": }").error().message.find("(line 2, column 7)") != std::string::npos);
}

TEST_CASE("a document that is no catalogue is refused") {
    CHECK(!read_catalogue(*wire::parse(R"({"a": 1})"), "x.json").has_value());
    CHECK(!read_document("a: [1").has_value());
    CHECK(!read_document(std::string(10U << 20U, 'x') + ": [").has_value());
}

TEST_CASE("answers are kept on disk by their address, with their time") {
    const test::TemporaryFolder folder;
    const AnswerCache cache(folder.path() / "registry");
    CHECK(!cache.find("https://a.test/v0.1/servers?x").has_value());
    const auto at = *parse_time("2026-11-28T10:00:00Z");
    CHECK(cache.keep({"https://a.test/v0.1/servers?x", at, "{\"servers\": []}"}));
    CHECK(cache.keep({"https://b.test/v0.1/servers?x", at, "{}"}));
    const auto kept = cache.find("https://a.test/v0.1/servers?x");
    REQUIRE(kept.has_value());
    CHECK(kept->body == "{\"servers\": []}");
    CHECK(kept->at == at);
    CHECK(cache.all("https://a.test/").size() == 1);
}
