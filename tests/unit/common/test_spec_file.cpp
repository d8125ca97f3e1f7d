#include "common/spec_file.hpp"
#include "common/yaml_tree.hpp"
#include "tests/unit/common/random_spec.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

constexpr const char* good_example = R"(version: 1
servers:
  files:
    npm: "@modelcontextprotocol/server-filesystem@2025.8.21"
    env:
      LOG_LEVEL: debug
      PORT: 8080            # numbers are text here
    secrets: {GITHUB_TOKEN: github}
    restart: always
    stopTimeout: 5
    dependsOn: [db]
    labels: {team: blau}
  db:
    command: /usr/bin/db
    args: [--port, 5432, "true"]
    cwd: /srv/db
    health: {type: tcp, target: "localhost:5432", interval: 10s, restart: true}
    resources: {memory: 512MiB, cpus: 1.5, pids: 100, openFiles: 1024}
    lazy: true
  far: {url: "https://mcp.example/mcp", headers: {Authorization: Bearer x}}
  box:
    image: ghcr.io/owner/name:1
    volumes: ["/data:/data:ro"]
)";

/// "LINE:COLUMN MESSAGE" of each problem.
std::vector<std::string> problems_of(std::string_view yaml) {
    std::vector<std::string> out;
    for (const auto& problem : read_spec_file(yaml).problems)
        out.push_back(std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
                      problem.message);
    return out;
}

void check_problem(const std::string& yaml, const std::string& place, const std::string& part) {
    const auto problems = problems_of(yaml);
    CAPTURE(yaml);
    REQUIRE(problems.size() == 1);
    CAPTURE(problems[0]);
    CHECK(problems[0].find(place + " ") == 0);
    CHECK(problems[0].find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("A good file gives its servers in order") {
    const SpecFile file = read_spec_file(good_example);
    REQUIRE(problems_of(good_example) == std::vector<std::string>{});
    REQUIRE(file.servers.size() == 4);
    CHECK(file.servers[0].name == "files");
    CHECK(std::get<PackageSource>(file.servers[0].source).version == "2025.8.21");
    CHECK(file.servers[0].environment.at("PORT") == "8080");
    CHECK(file.servers[0].restart.mode == RestartMode::always);
    CHECK(file.servers[0].stop_timeout == 5s);
    CHECK(file.servers[0].depends_on.at(0).server == "db");
    CHECK(std::get<CommandSource>(file.servers[1].source).arguments ==
          std::vector<std::string>{"--port", "5432", "true"});
    CHECK(file.servers[1].health.restart_when_unhealthy);
    CHECK(file.servers[1].resources.cpus == 1.5);
    CHECK(file.servers[1].lazy);
    CHECK(file.servers[2].type == ServerType::remote);
    CHECK(file.servers[3].type == ServerType::container);
}

TEST_CASE("Three mistakes are three problems with line and column") {
    const char* yaml =
        "servers:\n"
        "  web:\n"
        "    comand: node\n"
        "    npm: x\n"
        "    stopTimeout: soon\n"
        "  db:\n"
        "    command: x\n"
        "    env:\n"
        "      1A: x\n"
        "      B: [1]\n";
    const auto problems = problems_of(yaml);
    REQUIRE(problems.size() == 4);
    CHECK(problems[0] == "3:5 server web: unknown key comand, did you mean 'command'?");
    CHECK(problems[1].find("5:5 server web: stopTimeout: bad duration \"soon\"") == 0);
    CHECK(problems[2].find("8:5 server db: env: expected names") == 0);
    CHECK(problems[3] == "10:7 server db: env.B: expected text, found a list");
    const Error error = problems_error("servers.yaml", read_spec_file(yaml).problems);
    CHECK(error.code == ErrorCode::validation_error);
    CHECK(error.message.find("servers.yaml:3:5: server web: unknown key") == 0);
    CHECK(error.message.find("\nservers.yaml:5:5: ") != std::string::npos);
}

TEST_CASE("What is not a spec file is said where it stands") {
    check_problem("", "1:1", "the file is empty");
    check_problem("[]", "1:1", "expected a map");
    check_problem("version: 1\n", "1:1", "expected the key servers");
    check_problem("version: 2\nservers: {}\n", "1:1", "version: expected 1");
    check_problem("server: {}\nservers: {}", "1:1", "did you mean 'servers'?");
    check_problem("servers: []", "1:1", "expected a map of names");
    check_problem("servers:\n  a:\n", "2:3", "server a: expected a map of its fields");
    check_problem("servers:\n  a: {command: x, command: y}\n", "2:19", "the key command is there twice");
    check_problem("servers:\n  a: {command: x}\n  a: {command: y}\n", "3:3", "the key a is there twice");
    check_problem("servers:\n  a: {}\n", "2:3", "exactly one of");
    check_problem("servers:\n  \"a;b\": {command: x}\n", "2:3", "Invalid character ';'");
    check_problem("servers:\n  a: {command: x, env: {}, environment: {}}\n", "2:28", "are the same");
    check_problem("servers:\n  a: {command: x, name: b}\n", "2:19", "unknown key name");
    check_problem("servers:\n  a: {command: x, cwd: }\n", "2:19", "cwd: expected text, found nothing");
    check_problem("servers:\n  a: {npm: {package: x, pin: {folder: /x}}}\n", "2:25", "the agent's own");
    check_problem("servers:\n  a: {command: x, args: [a, [b]]}\n", "2:29", "args[1]: expected text");
    check_problem("servers:\n  a: {command: x}\n---\nservers: {}\n", "4:1", "only one document");
    check_problem("servers:\n  a: {command: !!str x}\n", "2:16", "tags");
    check_problem("servers:\n  a: {command: \"x}\n", "3:1", "not valid YAML");
    check_problem("servers:\n  {[a]: x}\n", "2:4", "a key must be a text");
    CHECK(problems_of("servers:\n").empty());
}

TEST_CASE("Bombs are refused: aliases, depth, size, foreign bytes") {
    const auto problems = problems_of("servers:\n  a: &x {command: x}\n  b: *x\n");
    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].find("3:3 server b: expected a map") == 0);
    CHECK(problems[1].find("3:6 aliases") == 0);
    check_problem(std::string(40, '[') + std::string(40, ']'), "1:33", "more than 32 levels");
    CHECK(problems_of(std::string(100000, '[')).size() == 1);
    check_problem(std::string((4UL << 20U) + 1, ' '), "1:1", "larger than 4MiB");
    check_problem("servers:\n  a\x04: {}\n", "2:4", "control character U+0004");
    check_problem("servers:\n  \xff: {}\n", "2:3", "not UTF-8");
}

TEST_CASE("Every valid definition comes back from YAML as it was") {
    test::RandomSpec random(3);
    std::vector<ServerSpec> specs;
    for (int i = 0; i < 300; ++i) {
        ServerSpec spec = random.next();
        settle_pin(nullptr, spec);
        specs.push_back(std::move(spec));
    }
    const std::string text = write_spec_file(specs);
    const SpecFile file = read_spec_file(text);
    CHECK(problems_of(text) == std::vector<std::string>{});
    REQUIRE(file.servers.size() == specs.size());
    for (std::size_t i = 0; i < specs.size(); ++i) {
        CAPTURE(write_spec_file({specs[i]}));
        CHECK(file.servers[i] == specs[i]);
    }
    CHECK(read_spec_file(write_spec_file({})).problems.empty());
}

TEST_CASE("Any text survives as a YAML scalar") {
    const std::string nasty[] = {"",
                                 "a",
                                 "true",
                                 "No",
                                 "null",
                                 "1",
                                 "1.5",
                                 "a: b",
                                 "- x",
                                 "#c",
                                 "a #b",
                                 " a ",
                                 "\t",
                                 "a\nb",
                                 "\r\n",
                                 "\x1b[2J",
                                 "\x7f",
                                 "\"",
                                 "\\",
                                 "'",
                                 "{a}",
                                 "[a]",
                                 "&a",
                                 "*a",
                                 "!a",
                                 "%a",
                                 "@a",
                                 "`",
                                 "ü🚀",
                                 "\xc2\x85",
                                 "\xc2\xa0",
                                 "\xe2\x80\xa8",
                                 "\xef\xbb\xbf",
                                 "\xef\xbf\xbe",
                                 "/a/b",
                                 "?",
                                 "-",
                                 "---",
                                 "...",
                                 "<<",
                                 std::string(300, 'x')};
    for (const std::string& text : nasty) {
        CAPTURE(text);
        const YamlTree tree = read_yaml("k: " + yaml_scalar(text) + "\n" + yaml_scalar("x" + text) + ": v\n");
        CHECK(tree.problems.empty());
        REQUIRE(tree.root.members.size() == 2);
        CHECK(tree.root.members[0].second.text == text);
        CHECK(tree.root.members[1].first.text == "x" + text);
    }
    CHECK(yaml_scalar("plain-text.js") == "plain-text.js");
    CHECK(yaml_scalar("\xff") == "\"\\U0000fffd\"");
}

TEST_CASE("A client's own JSON is a servers file, with comments, tabs and trailing commas") {
    const SpecFile file = read_spec_file(R"(// of Cursor
{
	"mcpServers": {
		"files": {
			"type": "stdio", /* as Claude Code writes it */
			"command": "npx", // no shell
			"args": ["-y", "http://x//y", "a\"//b",],
			"env": { "A": "1", },
			"autoApprove": ["x"],
			"disabled": true,
		},
		"docs": { "type": "http", "url": "https://x.test/mcp" },
	},
	"theme": "dark",
}
)");
    for (const SpecProblem& problem : file.problems) MESSAGE(problem.message);
    REQUIRE(file.problems.empty());
    REQUIRE(file.servers.size() == 2);
    const auto& files = file.servers[0].name == "files" ? file.servers[0] : file.servers[1];
    const auto& docs = file.servers[0].name == "files" ? file.servers[1] : file.servers[0];
    const auto* const command = std::get_if<CommandSource>(&files.source);
    REQUIRE(command != nullptr);
    CHECK(command->arguments == std::vector<std::string>{"-y", "http://x//y", "a\"//b"});
    CHECK_FALSE(files.enabled);
    CHECK(docs.transport == Transport::http);
    CHECK(docs.type == ServerType::remote);
}

TEST_CASE("Comments are left alone in YAML, and a mistake behind one keeps its place") {
    CHECK(read_spec_file("servers:\n  a:\n    command: x\n    args: [\"//no\"]\n").problems.empty());
    const SpecFile file =
        read_spec_file("{\n  // c\n  \"mcpServers\": { \"a\": { \"command\": \"x\", \"comand\": 1 } } }");
    REQUIRE(file.problems.size() == 1);
    CHECK(file.problems[0].line == 3);
}

TEST_CASE("Servers of a file that need each other in a circle are a mistake of the file, with its place") {
    const SpecFile file = read_spec_file(
        "servers:\n  a: {command: x, dependsOn: [b]}\n  b: {command: x, dependsOn: [c]}\n  c: {command: x, "
        "dependsOn: [b]}\n");
    REQUIRE(file.problems.size() == 1);
    CHECK(file.problems[0].line == 3);
    CHECK(file.problems[0].column == 19);
    CHECK(file.problems[0].message == "server b: dependsOn makes a cycle: b -> c -> b");
    CHECK(read_spec_file("servers:\n  a: {command: x, dependsOn: [b, elsewhere]}\n  b: {command: x}\n")
              .problems.empty());
}

TEST_CASE("Of many problems the first twenty are said, and how many there are more") {
    std::vector<SpecProblem> problems;
    for (unsigned line = 1; line <= 95; ++line) problems.push_back({line, 1, "wrong"});
    const Error error = problems_error("s.yaml", problems);
    CHECK(std::count(error.message.begin(), error.message.end(), '\n') == 20);
    CHECK(error.message.find("s.yaml:20:1: wrong\nand 75 more") != std::string::npos);
}
