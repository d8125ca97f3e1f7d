#include "agent/supervisor/log_hints.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

namespace {

std::string file(const std::string& line) {
    return missing_file({line}).name;
}
std::string module(const std::string& line) {
    return missing_module({line}).name;
}
std::string variable(const std::string& line) {
    return missing_variable({line}).name;
}

}  // namespace

TEST_CASE("The file that an interpreter was told to run") {
    CHECK(file("Error: Cannot find module '/home/a/server.js'") == "/home/a/server.js");
    CHECK(file("python3: can't open file '/x/srv.py': [Errno 2] No such file or directory") == "/x/srv.py");
    CHECK(file("Error: Unable to access jarfile app.jar") == "app.jar");
    CHECK(file("sh: 0: cannot open run.sh: No such file") == "run.sh");
    CHECK(file("Error: Cannot find module 'left-pad'").empty());
    CHECK(file("Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/a/dep.js' imported from /a/main.js")
              .empty());
}

TEST_CASE("The module that is missing is named, whoever misses it") {
    CHECK(module("Error: Cannot find module './x'") == "./x");
    CHECK(module("Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /a/b.js") == "zod");
    CHECK(module("ModuleNotFoundError: No module named 'mcp.server'") == "mcp.server");
    CHECK(module("/usr/bin/python3: No module named mcp_server_time") == "mcp_server_time");
    CHECK(module("  code: 'MODULE_NOT_FOUND',").empty());
    CHECK(module("Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: node:sqlite") ==
          "node:sqlite");
}

TEST_CASE("The variable that is missing is named") {
    CHECK(variable("KeyError: 'API_TOKEN'") == "API_TOKEN");
    CHECK(variable("Error: GITHUB_TOKEN is required") == "GITHUB_TOKEN");
    CHECK(variable("the environment variable BRAVE_API_KEY is required") == "BRAVE_API_KEY");
    CHECK(variable("panic: DATABASE_URL not set") == "DATABASE_URL");
    CHECK(missing_variable({"Please provide an API key"}));
    CHECK_FALSE(missing_variable({"KeyError: 'name'"}));
    CHECK_FALSE(missing_variable({"token bucket filled"}));
    CHECK_FALSE(missing_variable({"HTTP_PROXY in use"}));
}

TEST_CASE("Arguments and packages") {
    CHECK(wrong_arguments({"srv.py: error: unrecognized arguments: --prot"}));
    CHECK(wrong_arguments({"Usage: mcp-server-filesystem [allowed-directory]"}));
    CHECK_FALSE(wrong_arguments({"memory usage is high"}));
    CHECK(unknown_package({"npm error 404 Not Found - GET https://registry.npmjs.org/x - Not found"}));
    CHECK_FALSE(unknown_package({"GET /x 404"}));
}

TEST_CASE("The newest line that tells wins") {
    CHECK(missing_variable({"KeyError: 'OLD_TOKEN'", "KeyError: 'NEW_TOKEN'", "end"}).name == "NEW_TOKEN");
}
