#include "common/enum_names.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"
#include "common/spec_rules.hpp"
#include "common/utf8.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <set>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

ServerSpec good() {
    ServerSpec spec;
    spec.name = "web";
    spec.source = CommandSource{"node", {"server.js"}};
    return spec;
}

ServerSpec package(PackageRegistry registry, std::string name, std::string version = {}) {
    ServerSpec spec = good();
    PackageSource source;
    source.registry = registry;
    source.package = std::move(name);
    source.version = std::move(version);
    spec.source = source;
    return spec;
}

ServerSpec remote(std::string url) {
    ServerSpec spec = good();
    spec.type = ServerType::remote;
    spec.transport = Transport::http;
    spec.source = UrlSource{std::move(url)};
    return spec;
}

/// The fields a change makes bad.
template <typename Change>
std::set<std::string> bad_fields(Change change) {
    ServerSpec spec = good();
    change(spec);
    std::set<std::string> fields;
    for (const auto& problem : find_problems(spec)) fields.insert(problem.field);
    return fields;
}

using Fields = std::set<std::string>;

}  // namespace

TEST_CASE("Names of any script are good, and markup is only text") {
    for (const char* name : {"web", "my server 2", "<script>alert(1)</script>", "ümläut", "サーバー", "🚀",
                             "a-b", "\"q\"", "a/b"})
        CHECK(validate_name(name).has_value());
    CHECK(validate_name(std::string(64, 'x')).has_value());
    std::string wide;
    for (int i = 0; i < 64; ++i) wide += "サ";
    CHECK(validate_name(wide).has_value());
    CHECK(validate_name(wide + "サ").error().message.find("65 characters") != std::string::npos);
}

TEST_CASE("A bad name says which character is invalid") {
    CHECK(validate_name("").error().message == "Server name is required");
    CHECK(validate_name("   ").error().message == "Server name is required");
    const std::pair<std::string, std::string> rows[] = {{"a'b", "'''"},
                                                        {"a;b", "';'"},
                                                        {"a`b", "'`'"},
                                                        {"a\\b", "'\\'"},
                                                        {"-a", "'-'"},
                                                        {"a\nb", "U+000A"},
                                                        {"a\x7f", "U+007F"},
                                                        {"a\xc2\x80", "U+0080"},
                                                        {"\xff", "(not UTF-8)"},
                                                        {"a\xe2\x80\xae", "U+202E"},
                                                        {"a\xe2\x81\xa6", "U+2066"},
                                                        {"\xed\xa0\x80", "(not UTF-8)"},
                                                        {std::string("a\0b", 3), "U+0000"}};
    for (const auto& row : rows) {
        const auto& name = row.first;
        const auto& shown = row.second;
        CAPTURE(name);
        const auto checked = validate_name(name);
        REQUIRE(checked.has_error());
        CHECK(checked.error().code == ErrorCode::validation_error);
        CHECK(checked.error().message.find("Invalid character " + shown) != std::string::npos);
    }
}

TEST_CASE("UTF-8 is decoded strictly") {
    CHECK(decode_utf8("").bytes == 0);
    CHECK(decode_utf8("é").value == 0xE9);
    CHECK(decode_utf8("\xf0\x9f\x9a\x80").value == 0x1F680);
    for (const char* bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xe2\x28\xa1"})
        CHECK_FALSE(is_utf8(bad));
    CHECK(describe(0x1F680) == "U+1F680");
    CHECK(describe(U' ') == "U+0020");
}

TEST_CASE("A plain definition is good, and the first problem names its field") {
    CHECK(validate(good()).has_value());
    ServerSpec spec = good();
    spec.cwd = "relative";
    spec.sandbox = "jail";
    const auto checked = validate(spec);
    REQUIRE(checked.has_error());
    CHECK(checked.error().message == "config.cwd: expected an absolute path");
    CHECK(checked.error().details.json().find("\"field\":\"config.cwd\"") != std::string::npos);
    CHECK(find_problems(spec).size() == 2);
    spec.name = "";
    CHECK(validate(spec).error().message == "Server name is required");
}

TEST_CASE("A name must not look like an id nor vanish in a URL") {
    CHECK(bad_fields([](ServerSpec& s) { s.name = "srv_abcdefghij23"; }) == Fields{"name"});
    CHECK(bad_fields([](ServerSpec& s) { s.name = ".."; }) == Fields{"name"});
}

TEST_CASE("Each rule names its own field") {
    CHECK(bad_fields([](ServerSpec& s) { s.environment["1A"] = "x"; }) == Fields{"config.environment"});
    CHECK(bad_fields([](ServerSpec& s) { s.environment["A=B"] = "x"; }) == Fields{"config.environment"});
    CHECK(bad_fields([](ServerSpec& s) { s.environment["A"] = std::string("x\0y", 3); }) ==
          Fields{"config.environment.A"});
    CHECK(bad_fields([](ServerSpec& s) { s.environment["A"] = "\xff"; }) == Fields{"config.environment.A"});
    CHECK(bad_fields([](ServerSpec& s) { s.environment["A"] = std::string(200000, 'x'); }) ==
          Fields{"config.environment.A"});
    CHECK(bad_fields([](ServerSpec& s) { s.secrets["A"] = "../x"; }) == Fields{"config.secrets.A"});
    CHECK(bad_fields([](ServerSpec& s) {
              s.secrets["A"] = "x";
              s.environment["A"] = "y";
          }) == Fields{"config.secrets.A"});
    CHECK(bad_fields([](ServerSpec& s) { s.secrets["A B"] = "x"; }) == Fields{"config.secrets"});
    CHECK(bad_fields([](ServerSpec& s) { s.stop_timeout = 601s; }) == Fields{"config.stopTimeout"});
    CHECK(bad_fields([](ServerSpec& s) { s.stop_timeout = -1s; }) == Fields{"config.stopTimeout"});
    CHECK(bad_fields([](ServerSpec& s) { s.stop_timeout = 0s; }) == Fields{});
    CHECK(bad_fields([](ServerSpec& s) { s.start_timeout = 0s; }) == Fields{"config.startTimeout"});
    CHECK(bad_fields([](ServerSpec& s) { s.idle_timeout = 0s; }) == Fields{"config.idleTimeout"});
    CHECK(bad_fields([](ServerSpec& s) { s.restart.window = 0s; }) == Fields{"config.restart.window"});
    CHECK(bad_fields([](ServerSpec& s) { s.restart.limit = 1001; }) == Fields{"config.restart.limit"});
    CHECK(bad_fields([](ServerSpec& s) { s.sandbox = "x"; }) == Fields{"config.sandbox"});
    CHECK(bad_fields([](ServerSpec& s) { s.sandbox = "none"; }) == Fields{});
    CHECK(bad_fields([](ServerSpec& s) { s.depends_on = {{"web"}}; }) == Fields{"config.dependsOn"});
    CHECK(bad_fields([](ServerSpec& s) { s.depends_on = {{"a"}, {"a"}}; }) == Fields{"config.dependsOn"});
    CHECK(bad_fields([](ServerSpec& s) { s.depends_on = {{""}}; }) == Fields{"config.dependsOn"});
    CHECK(bad_fields([](ServerSpec& s) { s.labels["-x"] = ""; }) == Fields{"config.labels"});
    CHECK(bad_fields([](ServerSpec& s) { s.labels["x"] = "a\x1b[2J"; }) == Fields{"config.labels.x"});
    CHECK(bad_fields([](ServerSpec& s) { s.tools.allow = {""}; }) == Fields{"config.tools.allow"});
    CHECK(bad_fields([](ServerSpec& s) { s.tools.deny = {"a\n"}; }) == Fields{"config.tools.deny"});
    CHECK(bad_fields([](ServerSpec& s) {
              s.tools.rename = {{"a", "x y"}};
          }) == Fields{"config.tools.rename"});
    CHECK(bad_fields([](ServerSpec& s) {
              s.tools.rename = {{"a", "x"}, {"b", "x"}};
          }) == Fields{"config.tools.rename"});
    CHECK(bad_fields([](ServerSpec& s) { s.volumes.assign(65, "/a:/b"); }) == Fields{"config.volumes"});
    CHECK(bad_fields([](ServerSpec& s) { s.type = ServerType::container; }) == Fields{"type"});
    CHECK(bad_fields([](ServerSpec& s) { s.source = CommandSource{}; }) == Fields{"command"});
    CHECK(bad_fields([](ServerSpec& s) {
              s.source = CommandSource{"x", {std::string("a\0", 2)}};
          }) == Fields{"args"});
    CHECK(bad_fields([](ServerSpec& s) {
              s.source = CommandSource{"x", std::vector<std::string>(1025, "a")};
          }) == Fields{"args"});
}

TEST_CASE("Resources have sane bounds") {
    CHECK(bad_fields([](ServerSpec& s) { s.resources = {1ULL << 29U, 1.5, 100U, 1024ULL}; }) == Fields{});
    CHECK(bad_fields([](ServerSpec& s) {
              s.resources = {0ULL, 0.0, 0U, 0ULL};
          }) == Fields{"config.resources.memory", "config.resources.cpus", "config.resources.pids",
                       "config.resources.openFiles"});
    CHECK(bad_fields([](ServerSpec& s) { s.resources.cpus = std::numeric_limits<double>::quiet_NaN(); }) ==
          Fields{"config.resources.cpus"});
}

TEST_CASE("Health checks need what their kind needs") {
    const auto health = [](HealthKind kind, std::string target) {
        return bad_fields([&](ServerSpec& s) {
            s.health.kind = kind;
            s.health.target = target;
        });
    };
    CHECK(health(HealthKind::http, "http://localhost:80/x") == Fields{});
    CHECK(health(HealthKind::http, "localhost") == Fields{"config.health.target"});
    CHECK(health(HealthKind::tcp, "[::1]:99") == Fields{});
    CHECK(health(HealthKind::tcp, "host:0") == Fields{"config.health.target"});
    CHECK(health(HealthKind::tcp, "host:") == Fields{"config.health.target"});
    CHECK(health(HealthKind::command, "") == Fields{"config.health.command"});
    CHECK(bad_fields([](ServerSpec& s) {
              s.health.interval = 0s;
              s.health.timeout = 0s;
              s.health.failure_threshold = 0;
              s.health.success_threshold = 0;
              s.health.start_period = -1s;
              s.health.match = "ready";
          }) == Fields{"config.health.interval", "config.health.timeout", "config.health.failureThreshold",
                       "config.health.match", "config.health.successThreshold", "config.health.startPeriod"});
}

TEST_CASE("Volumes and ports have docker's forms") {
    for (const char* volume : {"/a:/b", "data:/b:ro", "/a:/b:rw"})
        CHECK(bad_fields([&](ServerSpec& s) { s.volumes = {volume}; }) == Fields{});
    for (const char* volume : {"", "/a", "a/b:/c", "/a:b", "/a:/", "/a:/b:x", ":/b", "/a\n:/b"})
        CHECK(bad_fields([&](ServerSpec& s) { s.volumes = {volume}; }) == Fields{"config.volumes"});
    for (const char* port : {"80", "8080:80", "127.0.0.1:8080:80/udp", "53/udp", "[::1]:80:80"})
        CHECK(bad_fields([&](ServerSpec& s) { s.ports = {port}; }) == Fields{});
    for (const char* port : {"", "0", "65536", "x", "80:", ":80", "80/sctp", "1:2:3:x", "127.0.0.1:80x:80"})
        CHECK(bad_fields([&](ServerSpec& s) { s.ports = {port}; }) == Fields{"config.ports"});
}

TEST_CASE("Package names follow their registry's rules") {
    for (const char* name : {"server", "@scope/name", "JSONStream", "a.b_c-d"})
        CHECK(validate(package(PackageRegistry::npm, name)).has_value());
    for (const char* name :
         {"", "@scope", "@/x", "@s/", "../x", ".x", "_x", "a/b", "@a/b/c", "a b", "-g", "http://x", "a;b"})
        CHECK(validate(package(PackageRegistry::npm, name)).has_error());
    CHECK(validate(package(PackageRegistry::npm, std::string(215, 'a'))).has_error());
    for (const char* name : {"mcp-server-git", "a", "Name[extra1,extra2]"})
        CHECK(validate(package(PackageRegistry::pypi, name)).has_value());
    for (const char* name : {"", "-r", "a-", "a[", "a[]", "a[x", "@s/n", "a b", "git+https://x"})
        CHECK(validate(package(PackageRegistry::pypi, name)).has_error());
}

TEST_CASE("A version can only be one the registry resolves") {
    for (const char* version :
         {"", "1.2.3", "^1.2", "~1", "latest", ">=1.0,<2", "1.x", "1.0.0-beta.1+b5", "*", "v2"})
        CHECK(validate(package(PackageRegistry::npm, "x", version)).has_value());
    for (const char* version : {"file:../x", "git+ssh://x", "http://x/y.tgz", "user/repo", "x.tgz", "x.TAR",
                                "./x", "..", "1 2", "1;2", "$(id)", "npm:other@1", "-1", "a@b", "x.whl"})
        CHECK(validate(package(PackageRegistry::npm, "x", version)).has_error());
    ServerSpec spec = package(PackageRegistry::npm, "x");
    std::get<PackageSource>(spec.source).program = "../../bin/sh";
    CHECK(find_problems(spec).at(0).field == "npm.program");
    std::get<PackageSource>(spec.source).program = "";
    std::get<PackageSource>(spec.source).pin = PackagePin{"1", "sha512-x", "relative", {"node"}, {}};
    CHECK(find_problems(spec).at(0).field == "npm.pin.folder");
}

TEST_CASE("URLs are http or https without credentials") {
    for (const char* url :
         {"http://localhost", "https://x.example:8443/mcp?a=b#c", "http://[::1]:80/x", "http://[::1]/"})
        CHECK(validate(remote(url)).has_value());
    for (const char* url : {"", "ftp://x", "http://", "https://user:pw@x/", "http://x y", "http:///x",
                            "http://x:0/", "javascript:1"})
        CHECK(validate(remote(url)).has_error());
    ServerSpec spec = remote("http://x");
    spec.transport = Transport::stdio;
    CHECK(find_problems(spec).at(0).field == "config.transport");
    spec = remote("http://x");
    std::get<UrlSource>(spec.source).headers = {{"X Y", "v"}, {"Ok", "a\r\nb"}};
    CHECK(find_problems(spec).size() == 2);
}

TEST_CASE("An image reference is plausible") {
    ServerSpec spec = good();
    spec.type = ServerType::container;
    for (const char* image : {"alpine", "ghcr.io/o/n:1.2", "localhost:5000/x@sha256:0123abc"}) {
        spec.source = ImageSource{image};
        CHECK(validate(spec).has_value());
    }
    for (const char* image : {"", "-x", "a b", "a//b", "a:", "a;b", "../x"}) {
        spec.source = ImageSource{image};
        CHECK(validate(spec).has_error());
    }
}

TEST_CASE("Ids have their one form and differ") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = new_server_id();
        CHECK(is_server_id(id));
        seen.insert(id);
    }
    CHECK(seen.size() == 1000);
    for (const char* text : {"", "srv_", "srv_abcdefghij2", "srv_abcdefghij234", "srv_ABCDEFGHIJ23",
                             "srv_abcdefghij01", "xrv_abcdefghij23", "srv_../../../.."})
        CHECK_FALSE(is_server_id(text));
}

TEST_CASE("Every enumerator has its name, both ways") {
    CHECK(wire_name(ServerType::remote) == "remote");
    CHECK(wire_name(Transport::sse) == "sse");
    CHECK(wire_name(Sharing::automatic) == "auto");
    CHECK(wire_name(Sharing::per_client) == "per-client");
    CHECK(wire_name(RestartMode::on_failure) == "on-failure");
    CHECK(wire_name(HealthKind::automatic) == "auto");
    CHECK(wire_name(DependencyCondition::healthy) == "healthy");
    CHECK(wire_name(PackageRegistry::pypi) == "pypi");
    CHECK(wire_name(Desired::up) == "started");
    CHECK(wire_name(Health::unhealthy) == "unhealthy");
    CHECK(wire_name(ServerState::running) == "running");
    CHECK(wire_name(ServerState::starting) == "starting");
    CHECK(wire_name(ServerState::stopping) == "stopping");
    CHECK(wire_name(ServerState::stopped) == "stopped");
    CHECK(wire_name(ServerState::waiting) == "error");
    CHECK(wire_name(ServerState::failed) == "error");
    CHECK(value_of<RestartMode>("never") == RestartMode::never);
    CHECK_FALSE(value_of<RestartMode>("Never").has_value());
    CHECK(list_names<RestartMode>() == "always, on-failure or never");
}
