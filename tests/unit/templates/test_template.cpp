#include "agent/templates/catalogue.hpp"
#include "agent/templates/fill.hpp"
#include "agent/templates/template.hpp"

#include <doctest/doctest.h>

#include <set>
#include <variant>

using namespace mcpm;
using namespace mcpm::templates;

namespace {

constexpr std::string_view sample = R"(id: sample
name: Sample
description: A server to try things with.
category: files
parameters:
  folders: {type: paths, required: true, description: the folders}
  key: {secret: true, description: the key}
  zone: {description: the time zone, pattern: "[A-Z][a-z]+/[A-Z][a-z]+", example: Europe/Berlin}
  quiet: {type: boolean, description: says less}
  level: {type: choice, options: [low, high], default: low, description: how much}
server:
  npm:
    package: "@a/sample"
    version: 1.2.3
    args: ["${folders}", ["--zone", "${zone}"], "${quiet?--quiet}", "--level=${level}"]
  env: {ZONE: "${zone}", FIXED: "1"}
  secrets: {API_KEY: "${key}"}
)";

Template good(std::string_view yaml) {
    auto file = read_template(yaml);
    for (const auto& problem : file.problems)
        FAIL(problem.line << ":" << problem.column << ": " << problem.message);
    return file.content;
}

std::string first_problem(std::string yaml) {
    const auto file = read_template(yaml);
    REQUIRE(!file.problems.empty());
    const auto& problem = file.problems.front();
    return std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message;
}

std::string changed(std::string_view from, std::string_view to) {
    std::string text(sample);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::vector<std::string> arguments_of(const ServerSpec& spec) {
    return std::get<PackageSource>(spec.source).arguments;
}

}  // namespace

TEST_CASE("A template is read with its parameters in the order of the file") {
    const auto one = good(sample);
    CHECK(one.id == "sample");
    REQUIRE(one.parameters.size() == 5);
    CHECK(one.parameters[0].name == "folders");
    CHECK(one.parameters[0].required);
    CHECK(one.parameters[1].secret);
    CHECK(one.parameters[4].options == std::vector<std::string>{"low", "high"});
}

TEST_CASE("A template says that it does not start as it is published, and why") {
    CHECK(good(sample).broken.empty());
    const auto one = good(std::string(sample) + "broken: 1.2.3 asks for a package that is gone\n");
    CHECK(one.broken == "1.2.3 asks for a package that is gone");
    CHECK(first_problem(std::string(sample) + "broken: [a]\n").find("broken: expected a text") !=
          std::string::npos);
}

TEST_CASE("What is wrong with a template is said with line and column") {
    CHECK(first_problem(changed("category: files", "category: fils"))
              .rfind("4:11: category: expected one of", 0) == 0);
    CHECK(first_problem(changed("name: Sample", "nam: Sample")) == "1:1: the key name is missing");
    CHECK(first_problem(changed("id: sample", "id: Sample Two")).rfind("1:5: id: expected", 0) == 0);
}

TEST_CASE("A definition that cannot be is said where it stands in the template") {
    CHECK(first_problem(changed("env: {ZONE", "envv: {ZONE")).find("unknown key envv") != std::string::npos);
    CHECK(first_problem(changed("\"${zone}\", FIXED", "\"${zoen}\", FIXED")) ==
          "16:15: server: there is no parameter zoen, did you mean 'zone'?");
    CHECK(first_problem(changed("FIXED: \"1\"", "FIXED: \"${key}\"")).find("may stand only below secrets") !=
          std::string::npos);
    CHECK(first_problem(changed("${quiet?--quiet}", "${level?--quiet}")).find("is for boolean parameters") !=
          std::string::npos);
}

TEST_CASE("Values fill the definition, and what depends on one that is not set is left out") {
    const auto one = good(sample);
    const auto filled = fill(one, "mine", {{"folders", {"/a", "/b"}}});
    REQUIRE(filled.has_value());
    CHECK(arguments_of(filled->spec) == std::vector<std::string>{"/a", "/b", "--level=low"});
    CHECK(filled->spec.environment == std::map<std::string, std::string>{{"FIXED", "1"}});
    CHECK(filled->spec.secrets.empty());
    CHECK(filled->secrets.empty());
    CHECK(filled->spec.labels.at("template") == "sample");
}

TEST_CASE("Groups and flags of the arguments come when their parameter is set") {
    const auto one = good(sample);
    const auto filled =
        fill(one, "mine", {{"folders", {"/a"}}, {"zone", {"Europe/Berlin"}}, {"quiet", {"true"}}});
    REQUIRE(filled.has_value());
    CHECK(arguments_of(filled->spec) ==
          std::vector<std::string>{"/a", "--zone", "Europe/Berlin", "--quiet", "--level=low"});
    CHECK(filled->spec.environment.at("ZONE") == "Europe/Berlin");
}

TEST_CASE("A secret goes to the vault under the server's name, never into the definition") {
    const auto one = good(sample);
    const auto filled = fill(one, "My Server", {{"folders", {"/a"}}, {"key", {"hunter2"}}});
    REQUIRE(filled.has_value());
    CHECK(filled->spec.secrets.at("API_KEY") == "My-Server-key");
    REQUIRE(filled->secrets.size() == 1);
    CHECK(filled->secrets[0].name == "My-Server-key");
    CHECK(filled->secrets[0].value == "hunter2");
}

TEST_CASE("A secret that is there already can be named") {
    const auto one = good(sample);
    const auto filled = fill(one, "mine", {{"folders", {"/a"}}, {"key", {"secret:shared-key"}}});
    REQUIRE(filled.has_value());
    CHECK(filled->spec.secrets.at("API_KEY") == "shared-key");
    REQUIRE(filled->secrets.size() == 1);
    CHECK(filled->secrets[0].value.empty());
}

TEST_CASE("Every wrong value is named with its parameter") {
    const auto one = good(sample);
    const auto problems = check_values(one, {{"folders", {"relative"}},
                                             {"zone", {"nowhere"}},
                                             {"quiet", {"yes"}},
                                             {"level", {"middle"}},
                                             {"levle", {"low"}}});
    REQUIRE(problems.size() == 5);
    CHECK(problems[0].message == "is an absolute path, not \"relative\"");
    CHECK(problems[1].message == "is not of the expected form, like Europe/Berlin");
    CHECK(problems[2].message == "is true or false, not \"yes\"");
    CHECK(problems[3].message == "is one of low, high, not \"middle\"");
    CHECK(problems[4].message == "is no parameter of this template, did you mean 'level'?");
}

TEST_CASE("A missing required value and a text where one value is taken are refused with details") {
    const auto one = good(sample);
    const auto missing = fill(one, "mine", {});
    REQUIRE(missing.has_error());
    CHECK(missing.error().code == ErrorCode::validation_error);
    CHECK(missing.error().details.json().find("\"folders\"") != std::string::npos);
    const auto twice = check_values(one, {{"folders", {"/a"}}, {"zone", {"Europe/Berlin", "Asia/Tokyo"}}});
    REQUIRE(twice.size() == 1);
    CHECK(twice[0].message == "takes one value");
}

TEST_CASE("What a value holds is data: no reference in it is looked at, no YAML in it is read") {
    const auto one = good(sample);
    const std::string odd = "/a\"]: ${level} # {x";
    const auto filled = fill(one, "mine", {{"folders", {odd}}});
    REQUIRE(filled.has_value());
    CHECK(arguments_of(filled->spec) == std::vector<std::string>{odd, "--level=low"});
}

TEST_CASE("A secret's wrong value is not repeated") {
    auto text = changed("key: {secret: true", "key: {secret: true, pattern: \"sk-.*\"");
    const auto problems = check_values(good(text), {{"folders", {"/a"}}, {"key", {"hunter2"}}});
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].message.find("hunter2") == std::string::npos);
}

TEST_CASE("Every built-in template is good, has a place of its own and a known licence or none") {
    const auto catalogue = read_catalogue("/nonexistent");
    for (const auto& one : catalogue.unreadable) FAIL_CHECK(one.file << ": " << one.problem);
    CHECK(catalogue.templates.size() >= 80);
    std::set<std::string> ids;
    std::set<std::string> used;
    for (const auto& listed : catalogue.templates) {
        CHECK_MESSAGE(ids.insert(listed.content.id).second, listed.content.id);
        used.insert(listed.content.category);
        CHECK_MESSAGE(!listed.content.homepage.empty(), listed.content.id);
        CHECK_MESSAGE(!listed.content.permissions.empty(), listed.content.id);
        const auto filled = fill(listed.content, "try", sample_values(listed.content));
        CHECK_MESSAGE(filled.has_value(), listed.content.id);
    }
    CHECK(used.size() == categories().size());
}

TEST_CASE("Search finds by name, tag, package and category, the nearest first") {
    const auto catalogue = read_catalogue("/nonexistent");
    const auto first = [&](std::string_view query) {
        return search(catalogue, query, "").front()->content.id;
    };
    CHECK(first("filesystem") == "filesystem");
    CHECK(first("postgres") == "postgres");
    CHECK(first("@playwright/mcp") == "playwright");
    CHECK(search(catalogue, "", "database").size() > 5);
    CHECK(search(catalogue, "sql nosuchword", "").empty());
    const auto missing = find_template(catalogue, "filesytem");
    REQUIRE(missing.has_error());
    CHECK(missing.error().code == ErrorCode::template_not_found);
    CHECK(missing.error().hint == "did you mean 'filesystem'?");
}
