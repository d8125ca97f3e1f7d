// Profiles and approvals beside the servers of a file.
#include "common/setup_json.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

const std::string digest = "sha256:" + std::string(64, 'a');

std::vector<std::string> problems_of(const std::string& text) {
    std::vector<std::string> out;
    for (const auto& one : read_spec_file(text).problems)
        out.push_back(std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.message);
    return out;
}

void check_problem(const std::string& text, const std::string& place, const std::string& message) {
    const auto problems = problems_of(text);
    CAPTURE(text);
    REQUIRE_FALSE(problems.empty());
    CAPTURE(problems[0]);
    CHECK(problems[0].starts_with(place + " "));
    CHECK(problems[0].find(message) != std::string::npos);
}

}  // namespace

TEST_CASE("A whole set-up comes back from its file as it was") {
    SpecFile file;
    ServerSpec web;
    web.name = "web";
    web.source = CommandSource{"node", {"server.js"}};
    web.watch = {"*.js", "!build/"};
    web.tools.edit["search"] = ToolEdit{"two\nlines", {"key"}, {{"limit", "10"}, {"q", "a: b"}}};
    file.servers = {web};
    Profile work{"work", "what I do", {{"web", {"get_*"}, {"get_all"}}, {"files"}}, "Be brief.\nAsk first."};
    Profile empty{"empty"};
    file.profiles = {work, empty};
    file.approvals = {{"web", {{"search", digest}, {"odd name", digest}}}, {"files", {}}};
    const std::string text = write_setup_file(file);
    const SpecFile back = read_spec_file(text);
    CAPTURE(text);
    CHECK(problems_of(text).empty());
    CHECK(text.starts_with("# yaml-language-server: $schema=https://"));
    CHECK(back.servers == file.servers);
    CHECK(back.profiles == file.profiles);
    CHECK(back.approvals == file.approvals);
    CHECK(back.has_profiles);
    CHECK(back.has_approvals);
    CHECK_FALSE(read_spec_file("servers: {}\n").has_profiles);
    CHECK(write_setup_file({}) == write_spec_file({}));
    const SpecFile from_json = read_spec_file(setup_as_json(file).dump());
    CHECK(from_json.problems.empty());
    CHECK(from_json.servers == file.servers);
    CHECK(from_json.profiles == file.profiles);
    CHECK(from_json.approvals == file.approvals);
}

TEST_CASE("What is wrong in a profile or an approval is said where it stands") {
    check_problem("servers: {}\nprofiles: [a]\n", "2:1", "profiles: expected a map");
    check_problem("servers: {}\nprofiles:\n  a: {server: {}}\n", "3:7", "did you mean 'servers'?");
    check_problem("servers: {}\nprofiles:\n  a: {servers: {web: {alow: [x]}}}\n", "3:23",
                  "did you mean 'allow'?");
    check_problem("servers: {}\nprofiles:\n  a: {servers: {web: {allow: x}}}\n", "3:23",
                  "a list of patterns");
    check_problem("servers: {}\nprofiles:\n  a: {instructions: [x]}\n", "3:7", "expected text");
    check_problem("servers: {}\nprofiles:\n  \"a b\": {}\n", "3:3", "1 to 64 letters");
    check_problem("servers: {}\napprovals:\n  web: {search: abc}\n", "3:9", "sha256:");
    check_problem("servers: {}\nprofile: {}\n", "2:1", "did you mean 'profiles'?");
}
