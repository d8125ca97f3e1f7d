#include "agent/supervisor/cause.hpp"
#include "tests/support/places.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace mcpm;

namespace {

/// A server that should be up, and what is known of its last run.
struct Case {
    ServerSpec spec = {};
    ServerStatus status = {};
    RunRecord run = {};
    std::vector<std::string> lines = {};

    Case() {
        spec.name = "web";
        status.state = ServerState::waiting;
        status.desired = Desired::up;
        status.reason = Reason::restarting;
        run.run = 1;
        run.reason = Ending::crashed;
    }
    Case& exited(int code) {
        run.exit = Exit{code, {}, false, {}};
        return *this;
    }
    Case& killed(int signal) {
        run.exit = Exit{{}, signal, false, {}};
        return *this;
    }
    Case& was_ready() {
        run.ready_at = Timestamp{};
        return *this;
    }
    Case& failed_start(std::string details, std::string message = "exec /x: it failed") {
        status.state = ServerState::failed;
        status.reason = Reason::start_failed;
        status.last_error = Error{ErrorCode::cannot_launch, std::move(message), std::move(details)};
        run.reason = Ending::start_failed;
        return *this;
    }
    Case& says(std::string line) {
        lines.push_back(std::move(line));
        return *this;
    }
    Cause cause() const { return find_cause({spec, status, {run}, lines}); }
    std::string code() const { return cause().code; }
};

}  // namespace

TEST_CASE("A server that runs without trouble, or is stopped as asked, has no cause") {
    Case running;
    running.status.state = ServerState::running;
    running.status.reason = Reason::none;
    CHECK(running.code().empty());
    Case stopped;
    stopped.status.state = ServerState::stopped;
    stopped.status.desired = Desired::down;
    stopped.exited(143);
    CHECK(stopped.code().empty());
}

TEST_CASE("Each failed exec has the code of its errno") {
    CHECK(Case().failed_start(R"({"stage":"exec","errno":"ENOENT"})").code() == "MCPM-E101");
    CHECK(Case().failed_start(R"({"stage":"exec","errno":"EACCES"})").code() == "MCPM-E102");
    CHECK(Case().failed_start(R"({"stage":"exec","errno":"ENOEXEC"})").code() == "MCPM-E103");
    CHECK(Case().failed_start(R"({"stage":"cwd","errno":"ENOENT"})").code() == "MCPM-E104");
    CHECK(Case().failed_start(R"({"stage":"limits","errno":"EPERM"})").code() == "MCPM-E102");
    CHECK(Case().failed_start(R"({"stage":"stdio","errno":"EMFILE"})").code() == "MCPM-E105");
    CHECK(Case().failed_start(R"({"stage":"secret"})").code() == "MCPM-E106");
    CHECK(Case().failed_start(R"({"stage":"files"})").code() == "MCPM-E107");
    CHECK(Case().failed_start(R"({"stage":"policy"})").code() == "MCPM-E108");
    CHECK(Case().failed_start("not json").code() == "MCPM-E105");
    CHECK(Case().failed_start(R"({"stage":"dependency"})").code() == "MCPM-E301");
}

TEST_CASE("The cause of a failed exec carries the message of what was attempted") {
    const Cause cause =
        Case().failed_start(R"({"stage":"exec","errno":"ENOENT"})", "exec /no/such: gone").cause();
    CHECK(cause.sentence.find("/no/such") != std::string::npos);
    CHECK_FALSE(cause.advice.empty());
}

TEST_CASE("A container: an image of another platform, memory, a port") {
    Case box;
    box.spec.type = ServerType::container;
    box.spec.resources.memory_bytes = 64 << 20;
    Case platform = box;
    CHECK(platform.failed_start(R"({"stage":"platform"})", "no matching manifest").code() == "MCPM-E506");
    Case format = box;
    format.lines = {"[FATAL tini (7)] exec /main failed: Exec format error"};
    CHECK(format.exited(127).code() == "MCPM-E506");
    Case process;
    process.lines = format.lines;
    CHECK(process.exited(127).code() == "MCPM-E201");
    Case memory = box;
    memory.killed(9).was_ready().run.exit->oom = true;
    CHECK(memory.code() == "MCPM-E203");
    CHECK(memory.cause().sentence ==
          "the container of \"web\" was killed because it used more memory than the 64MiB it may");
    Case port = box;
    CHECK(port.failed_start(R"({"stage":"port"})", "taken; container db publishes port 80").code() ==
          "MCPM-E503");
    CHECK(port.cause().sentence.find("container db") != std::string::npos);
}

TEST_CASE("An exit is told by when and how it happened") {
    CHECK(Case().exited(1).code() == "MCPM-E201");
    CHECK(Case().exited(1).was_ready().code() == "MCPM-E211");
    CHECK(Case().killed(11).was_ready().code() == "MCPM-E202");
    CHECK(Case().killed(11).cause().sentence == "\"web\" was killed by SIGSEGV");
    Case oom;
    oom.killed(9).run.exit->oom = true;
    CHECK(oom.code() == "MCPM-E203");
    Case loop;
    loop.exited(1).status.reason = Reason::crash_loop;
    CHECK(loop.code() == "MCPM-E204");
    Case never;
    never.run.reason = Ending::start_timeout;
    CHECK(never.killed(9).code() == "MCPM-E205");
    Case no_session;
    no_session.run.reason = Ending::not_ready;
    CHECK(no_session.exited(0).code() == "MCPM-E209");
}

TEST_CASE("The last lines give better causes than the exit alone") {
    CHECK(Case().exited(1).says("Error: GITHUB_TOKEN is required").code() == "MCPM-E206");
    CHECK(Case().exited(1).says("Please provide an API key").code() == "MCPM-E206");
    CHECK(Case().exited(1).says("Error: listen EADDRINUSE: address already in use :::3000").code() ==
          "MCPM-E207");
    CHECK(Case().exited(1).says("Error: Cannot find module './x'").code() == "MCPM-E208");
    CHECK(Case().exited(1).says("ModuleNotFoundError: No module named 'mcp'").code() == "MCPM-E208");
    CHECK(Case().exited(1).says("token bucket filled").code() == "MCPM-E201");
}

TEST_CASE("What is missing is named, and the advice can work for the source it has") {
    Case file;
    file.spec.source = CommandSource{"node", {"server.js"}};
    CHECK(file.exited(1)
              .says("Error: Cannot find module '/x/server.js'")
              .says("  code: 'MODULE_NOT_FOUND',")
              .code() == "MCPM-E212");
    CHECK(file.cause().sentence.find("/x/server.js") != std::string::npos);
    Case module;
    module.spec.source = CommandSource{"python3", {"server.py"}};
    module.exited(1).says("ModuleNotFoundError: No module named 'mcp.types'");
    CHECK(module.cause().sentence == "a module it needs is not installed: mcp.types");
    CHECK(module.cause().advice.find("pip install mcp`") != std::string::npos);
    CHECK(module.cause().advice.find("upgrade") == std::string::npos);
    module.spec.source = PackageSource{};
    CHECK(module.cause().advice.find("mcpm upgrade web") != std::string::npos);
    Case variable;
    CHECK(variable.exited(1).says("KeyError: 'API_TOKEN'").code() == "MCPM-E206");
    CHECK(variable.cause().advice.find("--env API_TOKEN=") != std::string::npos);
    CHECK(Case().exited(2).says("error: unrecognized arguments: --x").code() == "MCPM-E214");
    Case lives;
    lives.run.reason = Ending::start_timeout;
    lives.status.last_error =
        Error{ErrorCode::died_at_start, "it prints text", R"({"stage":"ready","output":"seen"})"};
    CHECK(lives.killed(9).code() == "MCPM-E209");
}

TEST_CASE("A disabled server is disabled, whatever else happened") {
    Case disabled;
    disabled.spec.enabled = false;
    CHECK(disabled.exited(1).code() == "MCPM-E302");
}

TEST_CASE("What stays behind, completes or is unhealthy has its own code") {
    Case stuck;
    stuck.status.state = ServerState::stopping;
    stuck.status.reason = Reason::stuck;
    CHECK(stuck.code() == "MCPM-E305");
    Case completed;
    completed.status.state = ServerState::stopped;
    completed.status.reason = Reason::completed;
    completed.run.reason = Ending::completed;
    CHECK(completed.exited(0).was_ready().code() == "MCPM-E303");
    Case unhealthy;
    unhealthy.status.state = ServerState::running;
    unhealthy.status.reason = Reason::none;
    unhealthy.status.health = Health::unhealthy;
    unhealthy.run.reason = Ending::none;
    CHECK(unhealthy.code() == "MCPM-E304");
}

TEST_CASE("Every code has its section in docs/errors.md, and every section its code") {
    std::ifstream file(places::source_folder() + "/docs/errors.md");
    std::vector<std::string> sections;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) sections.push_back(line.substr(3, 9));
    }
    std::sort(sections.begin(), sections.end());
    const auto codes = cause_codes();
    REQUIRE(sections.size() == codes.size());
    CHECK(std::equal(codes.begin(), codes.end(), sections.begin()));
}

TEST_CASE("Every code has a line in docs/troubleshooting.md with what to do") {
    std::ifstream file(places::source_folder() + "/docs/troubleshooting.md");
    std::string rows;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("| ")) rows += line + "\n";
    }
    for (const auto& code : cause_codes()) {
        CAPTURE(code);
        CHECK(rows.find(code) != std::string::npos);
    }
}

TEST_CASE("What was wrong with a remote is told by what its connection met") {
    const auto met = [](const std::string& problem) {
        Case remote;
        remote.spec.type = ServerType::remote;
        remote.spec.source = UrlSource{"https://host.test:8443/mcp?key=hidden", {}};
        remote.run.exit = Exit{};
        remote.run.reason = Ending::not_ready;
        remote.status.last_error = Error{ErrorCode::died_at_start, "start \"web\": it failed",
                                         R"({"stage":"ready","problem":")" + problem + R"("})"};
        return remote.cause();
    };
    CHECK(met("dns").code == "MCPM-E401");
    CHECK(met("dns").sentence == "the name of https://host.test:8443 could not be resolved");
    CHECK(met("connect").code == "MCPM-E402");
    CHECK(met("tls").code == "MCPM-E403");
    CHECK(met("unauthorized").code == "MCPM-E404");
    CHECK(met("forbidden").code == "MCPM-E404");
    CHECK(met("http-status").code == "MCPM-E405");
    CHECK(met("redirect").code == "MCPM-E405");
    CHECK(met("").code == "MCPM-E406");
}

TEST_CASE("A remote that was lost while it ran is no launch that failed") {
    Case lost;
    lost.spec.type = ServerType::remote;
    lost.spec.source = UrlSource{"https://host.test/mcp", {}};
    lost.was_ready().run.exit = Exit{};
    lost.run.reason = Ending::not_ready;
    lost.status.last_error = Error{ErrorCode::unavailable, "reach https://host.test:443: Connection refused",
                                   R"({"problem":"connect","stage":"running"})"};
    CHECK(lost.code() == "MCPM-E402");
    CHECK(lost.cause().sentence == "no connection to https://host.test: Connection refused");
    lost.status.last_error.reset();
    lost.status.state = ServerState::running;
    lost.status.restart_count = 1;
    CHECK(lost.code() == "MCPM-E406");
}
