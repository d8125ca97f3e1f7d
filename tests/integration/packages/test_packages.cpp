// Real npm against the real registry; skipped with the reason where that can't be reached.
#include "agent/async/task_group.hpp"
#include "agent/packages/find_program.hpp"
#include "agent/packages/login_path.hpp"
#include "agent/packages/packages.hpp"
#include "tests/integration/packages/run_job.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;
using namespace mcpm::test;

namespace {

std::map<std::string, std::string> own_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return variables;
}

struct House {
    House() {
        std::string name = (std::filesystem::temp_directory_path() / "mcpm-packages-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~House() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    Packages packages(std::map<std::string, std::string> environment = own_environment()) {
        return Packages(loop, workers, folder / "packages", job_runner(workers), std::move(environment));
    }
    bool has_registry() {
        auto here = packages();
        const auto found = run_to_end(loop, here.latest(source("isexe")));
        if (found.has_error()) MESSAGE("skipped: " << found.error().message);
        return found.has_value();
    }
    static PackageSource source(const std::string& package, const std::string& version = {}) {
        PackageSource made;
        made.package = package;
        made.version = version;
        return made;
    }
    std::size_t temporaries() const {
        std::size_t count = 0;
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "packages" / "npm", error)) {
            count += entry.path().filename().string().rfind(".new-", 0) == 0 ? 1U : 0U;
        }
        return count;
    }

    std::filesystem::path folder;
    Loop loop;
    Workers workers{2};
};

void write_program(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0755);
}

Task<> install_one(Packages& packages, PackageSource source, std::vector<Result<Installed>>& results) {
    auto result = co_await packages.install(source);
    results.push_back(std::move(result));
}

}  // namespace

TEST_CASE("A package is installed at an exact version, its program runs, and it is reused the next time") {
    House house;
    if (!house.has_registry()) return;
    auto packages = house.packages();
    std::vector<std::string> steps;
    const auto progress = [&steps](std::string_view step) { steps.emplace_back(step); };
    const auto first = run_to_end(house.loop, packages.install(House::source("semver", "^7.5.0"), progress));
    REQUIRE(first.has_value());
    CHECK_FALSE(first->is_reused);
    CHECK(first->pin.integrity.rfind("sha512-", 0) == 0);
    CHECK(first->pin.launcher.size() == 2);
    CHECK(Packages::verify(first->pin).has_value());
    CHECK(steps.size() >= 2);
    Job job;
    job.program = first->pin.launcher.at(0);
    job.arguments = {first->pin.launcher.at(1), "1.2.3"};
    job.environment = own_environment();
    CHECK(run_to_end(house.loop, job_runner(house.workers)(job)).value().output == "1.2.3\n");
    const auto again = run_to_end(house.loop, packages.install(House::source("semver", first->pin.version)));
    REQUIRE(again.has_value());
    CHECK(again->is_reused);
    CHECK(again->pin == first->pin);
    CHECK(run_to_end(house.loop, packages.remove_unused({first->pin.folder})).value() == 0);
    CHECK(run_to_end(house.loop, packages.remove_unused({})).value() == 1);
    CHECK(Packages::verify(first->pin).error().code == ErrorCode::cannot_launch);
    run_to_end(house.loop, packages.close());
}

TEST_CASE("Two who install the same package at once share one installation") {
    House house;
    if (!house.has_registry()) return;
    auto packages = house.packages();
    TaskGroup group(house.loop);
    std::vector<Result<Installed>> results;
    for (int i = 0; i < 3; ++i)
        group.spawn("install", install_one(packages, House::source("semver", "7.5.4"), results));
    run_to_end(house.loop, group.drain());
    REQUIRE(results.size() == 3);
    for (const auto& result : results) {
        REQUIRE(result.has_value());
        CHECK(result->pin.folder == results.front()->pin.folder);
        CHECK_FALSE(result->is_reused);  // all three are the answer of one
    }
    run_to_end(house.loop, packages.close());
}

TEST_CASE(
    "An unknown version names some that exist, an unknown package says so, and neither leaves anything") {
    House house;
    if (!house.has_registry()) return;
    auto packages = house.packages();
    const auto version = run_to_end(house.loop, packages.install(House::source("semver", "999.0.0")));
    REQUIRE(version.has_error());
    CHECK(version.error().code == ErrorCode::not_found);
    CHECK(version.error().hint.find("there are: ") == 0);
    const auto package = run_to_end(
        house.loop, packages.install(House::source("@modelcontextprotocol/no-such-package-of-theirs")));
    REQUIRE(package.has_error());
    CHECK(package.error().code == ErrorCode::not_found);
    const auto no_program = run_to_end(house.loop, packages.install(House::source("isexe")));
    REQUIRE(no_program.has_error());
    CHECK(no_program.error().code == ErrorCode::validation_error);
    run_to_end(house.loop, packages.close());
    CHECK(run_to_end(house.loop, packages.clean_leftovers()).has_value());
    CHECK(house.temporaries() == 0);
}

TEST_CASE("A registry that can't be reached is unavailable, not a missing package") {
    House house;
    auto environment = own_environment();
    if (find_program("npm", environment["PATH"]).has_error()) {
        MESSAGE("skipped: no npm");
        return;
    }
    environment["npm_config_registry"] = "http://127.0.0.1:1/";
    environment["npm_config_fetch_retries"] = "0";
    environment["npm_config_cache"] = (house.folder / "cache").string();
    auto packages = house.packages(environment);
    const auto result = run_to_end(house.loop, packages.install(House::source("semver")));
    REQUIRE(result.has_error());
    CHECK(result.error().code == ErrorCode::unavailable);
    run_to_end(house.loop, packages.close());
}

TEST_CASE("Without node or npm the error says how to get them") {
    House house;
    auto packages = house.packages({{"PATH", "/nonexistent"}});
    const auto result = run_to_end(house.loop, packages.install(House::source("semver")));
    REQUIRE(result.has_error());
    CHECK(result.error().code == ErrorCode::cannot_launch);
    CHECK(result.error().hint.find("nodejs") != std::string::npos);
    auto python = House::source("mcp-server-fetch");
    python.registry = PackageRegistry::pypi;
    // Without a Python on the PATH it says what is missing.
    const auto without = run_to_end(house.loop, packages.install(python));
    REQUIRE(without.has_error());
    CHECK(without.error().code == ErrorCode::cannot_launch);
    CHECK(without.error().hint.find("python3") != std::string::npos);
    CHECK(run_to_end(house.loop, packages.install(House::source("--evil"))).error().code ==
          ErrorCode::validation_error);
    run_to_end(house.loop, packages.close());
}

TEST_CASE("What a killed agent left half installed is removed") {
    House house;
    std::filesystem::create_directories(house.folder / "packages" / "npm" / ".new-1-1" / "node_modules");
    std::filesystem::create_directories(house.folder / "packages" / "npm" / "kept" / "1.0.0-0");
    auto packages = house.packages();
    CHECK(run_to_end(house.loop, packages.clean_leftovers()).value() == 1);
    CHECK(house.temporaries() == 0);
    CHECK(std::filesystem::exists(house.folder / "packages" / "npm" / "kept"));
}

TEST_CASE("A program is found as a shell finds it, and if not the reason is told") {
    House house;
    const std::string bin = (house.folder / "bin").string();
    write_program(bin + "/my-server", "#!/bin/sh\n");
    std::ofstream(bin + "/plain") << "x";
    const std::string path = "::relative:/nonexistent:" + bin;
    CHECK(find_program("my-server", path).value() == bin + "/my-server");
    CHECK(find_program(bin + "/my-server", "").value() == bin + "/my-server");
    const auto missing = find_program("my-sever", path);
    REQUIRE(missing.has_error());
    CHECK(missing.error().code == ErrorCode::cannot_launch);
    CHECK(missing.error().details.json() == R"({"stage":"resolve","errno":"ENOENT"})");
    CHECK(missing.error().message.find("command not found: \"my-sever\"; looked in ") == 0);
    CHECK(missing.error().hint == "did you mean 'my-server'?");
    CHECK(find_program("quite-another", path).error().hint.empty());
    CHECK(find_program("plain", path).error().details.json() == R"({"stage":"resolve","errno":"EACCES"})");
    CHECK(find_program(bin, "").error().message.find("it is a directory") != std::string::npos);
    for (const char* name : {"", "./x", "a/b", "/nonexistent/x"}) CHECK(find_program(name, path).has_error());
    // What cannot be looked at is an error like any other.
    CHECK(find_program("/" + std::string(300, 'x'), path).has_error());
    CHECK(find_program(std::string(300, 'x'), path).has_error());
}

TEST_CASE("The login shell's PATH is used, and a shell that is silent, noisy or hangs is stood") {
    House house;
    const auto shell = house.folder / "shell";
    const auto ask = [&] {
        return run_to_end(
            house.loop, resolve_login_path(
                            job_runner(house.workers),
                            {{"SHELL", shell.string()}, {"HOME", house.folder.string()}, {"PATH", "/own"}}));
    };
    write_program(shell,
                  "#!/bin/sh\necho Welcome\nPATH=/from/profile:/bin\nexport PATH\nexec /bin/sh -c \"$3\"\n");
    std::filesystem::create_directories(house.folder / ".nvm/versions/node/v9.1.0/bin");
    std::filesystem::create_directories(house.folder / ".nvm/versions/node/v20.1.0/bin");
    auto found = ask();
    CHECK(found.path.rfind("/from/profile:/bin:", 0) == 0);
    CHECK(found.path.find("v20.1.0/bin") != std::string::npos);
    CHECK(found.path.find("v9.1.0/bin") == std::string::npos);
    CHECK(found.origin == "login shell " + shell.string());
    CHECK(found.problem.empty());
    write_program(shell, "#!/bin/sh\nexit 3\n");
    found = ask();
    CHECK(found.path.rfind("/own", 0) == 0);
    CHECK(found.problem.find("did not print it") != std::string::npos);
    write_program(shell, "#!/bin/sh\nexec sleep 100\n");
    found = ask();
    CHECK(found.path.rfind("/own", 0) == 0);
    CHECK_FALSE(found.problem.empty());
}
