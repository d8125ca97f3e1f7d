// A credential helper as docker's own are: a program on the PATH that reads a registry's name and answers in
// JSON.
#include "agent/launch/credential_helper.hpp"
#include "agent/launch/job_runner.hpp"
#include "tests/support/kept_children.hpp"
#include "tests/support/kept_house.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("A credential helper is asked on its stdin, and its refusal is told without its words") {
    KeptHouse house;
    Loop loop;
    Workers workers(1);
    auto link = connect(loop, house);
    const std::string script = house.folder() + "/docker-credential-test";
    std::ofstream(script) << "#!/bin/sh\nread registry\n[ \"$1 $registry\" = \"get ghcr.io\" ] || { echo "
                             "\"secret\" >&2; exit 1; }\necho \"{\\\"Username\\\":\\\"$registry\\\"}\"\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    const std::map<std::string, std::string> environment{
        {"PATH", "relative:" + house.folder() + ":/usr/bin:/bin"}};
    const JobRunner run = [&](Job job) { return run_job(loop, *link, std::move(job)); };
    const auto ask = [&](const std::string& program, const std::string& registry) {
        return run_to_end(loop, ask_credential_helper(workers, run, environment, program, "get", registry));
    };
    const auto known = ask("docker-credential-test", "ghcr.io");
    REQUIRE_MESSAGE(known.has_value(), known.error().message);
    CHECK(*known == "{\"Username\":\"ghcr.io\"}\n");
    const auto unknown = ask("docker-credential-test", "other");
    CHECK(unknown.error().code == ErrorCode::not_found);
    CHECK(unknown.error().message.find("secret") == std::string::npos);
    CHECK(ask("docker-credential-none", "ghcr.io").error().message.find("PATH") != std::string::npos);
}
