#include "agent/launch/elsewhere.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace mcpm;

namespace {

SecretReference from(std::string_view text) {
    auto read = read_secret_reference(text);
    if (!read) FAIL(read.error().message);
    return *read;
}

/// A command that says what it was told to say.
struct Scripted {
    JobOutcome outcome = {};
    int runs = 0;
    Job last = {};

    JobRunner runner() {
        return [this](Job job) { return run(std::move(job)); };
    }
    Task<Result<JobOutcome>> run(Job job) {
        ++runs;
        last = std::move(job);
        co_return outcome;
    }
};

struct House {
    Loop loop;
    Workers workers{1};
    Scripted command;
    test::TemporaryFolder folder;

    Result<std::string> get(std::string_view text, std::map<std::string, std::string> environment = {}) {
        environment.emplace("PATH", "/usr/bin:/bin");
        Elsewhere elsewhere(workers, command.runner(), std::move(environment));
        return test::run_to_end(loop, elsewhere.get(from(text)));
    }
    std::string put(const std::string& name, const std::string& text) {
        const auto file = folder.path() / name;
        std::ofstream(file) << text;
        return file.string();
    }
};

}  // namespace

TEST_CASE("a reference says where a secret is kept") {
    CHECK(from("github").place == SecretPlace::vault);
    CHECK(from("env:TOKEN").words == std::vector<std::string>{"TOKEN"});
    CHECK(from("file:/run/secrets/a b").words == std::vector<std::string>{"/run/secrets/a b"});
    CHECK(from("cmd:pass show  mcpm/key").words == std::vector<std::string>{"pass", "show", "mcpm/key"});
    CHECK(from(R"(cmd:["op", "read", "op://a b/c"])").words.back() == "op://a b/c");
    CHECK(from("credential:token").place == SecretPlace::credential);
    CHECK(from("keyring:service=mcpm,account=me").words ==
          std::vector<std::string>{"service", "mcpm", "account", "me"});
}

TEST_CASE("what is no reference is refused, and a command is not repeated") {
    for (const char* bad :
         {"", "../x", "env:", "env:1X", "env:A-B", "file:relative", "file:", "cmd:", "cmd:-x", "cmd:[1]",
          "cmd:[\"a\"", "credential:../x", "keyring:a", "keyring:=b", "vault:x"})
        CHECK_MESSAGE(!read_secret_reference(bad), bad);
    CHECK(read_secret_reference("cmd:[\"planted-77\"").error().message.find("planted") == std::string::npos);
    CHECK(!read_secret_reference("cmd:" + std::string(5000, 'x')));
}

TEST_CASE("a variable, a file and a credential are read, without the last line break") {
    House house;
    CHECK(*house.get("env:TOKEN", {{"TOKEN", "abc"}}) == "abc");
    CHECK(house.get("env:TOKEN").error().code == ErrorCode::not_found);
    CHECK(*house.get("file:" + house.put("token", "abc\n")) == "abc");
    CHECK(house.get("file:" + house.put("empty", "\n")).error().message.find("it is empty") !=
          std::string::npos);
    CHECK(house.get("file:/nonexistent/x").error().code == ErrorCode::not_found);
    CHECK(house.get("file:" + house.put("long", std::string(70000, 'x'))).error().code ==
          ErrorCode::payload_too_large);
    house.put("token2", "def");
    CHECK(*house.get("credential:token2", {{"CREDENTIALS_DIRECTORY", house.folder.path().string()}}) ==
          "def");
    CHECK(house.get("credential:token2").error().hint.find("LoadCredential") != std::string::npos);
}

TEST_CASE("a command runs without a shell, with the agent's environment, and is asked once in a while") {
    House house;
    house.command.outcome.exit.code = 0;
    house.command.outcome.output = "abc\n";
    Elsewhere elsewhere(house.workers, house.command.runner(), {{"PATH", "/usr/bin:/bin"}, {"KEEP", "1"}});
    const auto get = [&] { return test::run_to_end(house.loop, elsewhere.get(from("cmd:cat /x;y"))); };
    CHECK(*get() == "abc");
    CHECK(*get() == "abc");
    CHECK(house.command.runs == 1);
    CHECK(house.command.last.arguments == std::vector<std::string>{"/x;y"});
    CHECK(house.command.last.environment.at("KEEP") == "1");
    CHECK(house.command.last.time_limit == Elsewhere::command_limit);
}

TEST_CASE("a command that fails, prints too much or is not there is said without what it printed") {
    House house;
    house.command.outcome.exit.code = 3;
    house.command.outcome.output = house.command.outcome.error_tail = "planted-77";
    const auto failed = house.get("cmd:cat");
    REQUIRE(!failed);
    CHECK(failed.error().message == "the secret from the command cat: it exited with 3");
    CHECK((failed.error().message + failed.error().hint).find("planted") == std::string::npos);
    house.command.outcome.exit.code = 0;
    house.command.outcome.is_cut = true;
    CHECK(house.get("cmd:cat").error().code == ErrorCode::payload_too_large);
    CHECK(house.get("cmd:nosuch-program-anywhere").error().code == ErrorCode::unavailable);
}

TEST_CASE("without the keyring's program it says what to install") {
    House house;
    const auto answer = house.get("keyring:service=mcpm", {{"PATH", "/nonexistent"}});
    CHECK((answer || answer.error().hint.find("libsecret-tools") != std::string::npos));
}
