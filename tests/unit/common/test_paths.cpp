#include "common/paths.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace mcpm;

namespace {

Environment given(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

constexpr unsigned nobody = 4000000123U;

}  // namespace

TEST_CASE("With HOME alone, the XDG defaults hold and the socket is in /tmp") {
    const auto paths = find_paths(given({{"HOME", "/home/u"}}), nobody).value();
    CHECK(paths.config_file() == "/home/u/.config/mcpm/config.yaml");
    CHECK(paths.database() == "/home/u/.local/share/mcpm/mcpm.db");
    CHECK(paths.logs() == "/home/u/.local/state/mcpm/logs");
    CHECK(paths.socket() == "/tmp/mcpm-4000000123/agent.sock");
    CHECK(paths.lock().parent_path() == paths.packages().parent_path());
    CHECK(paths.agent_log().parent_path() == paths.snapshot().parent_path());
}

TEST_CASE("XDG variables and our own are followed, ours first, an empty one counts as missing") {
    const auto paths = find_paths(given({{"HOME", "/h"},
                                         {"XDG_CONFIG_HOME", "/x/c"},
                                         {"XDG_DATA_HOME", ""},
                                         {"XDG_STATE_HOME", "/x/s"},
                                         {"MCPM_STATE_HOME", "/m/state/"},
                                         {"XDG_RUNTIME_DIR", "/run/user/7"}}),
                                  7)
                           .value();
    CHECK(paths.config == "/x/c/mcpm");
    CHECK(paths.data == "/h/.local/share/mcpm");
    CHECK(paths.state == "/m/state/");
    CHECK(paths.runtime == "/run/user/7/mcpm");
    CHECK(find_paths(given({{"HOME", "/h"}, {"MCPM_RUNTIME_DIR", "/r"}}), 7).value().socket() ==
          "/r/agent.sock");
}

TEST_CASE("The system service has the system's folders") {
    const auto paths = find_paths(given({{"MCPM_SYSTEM", "1"}}), 0).value();
    CHECK(paths.config == "/etc/mcpm");
    CHECK(paths.data == "/var/lib/mcpm");
    CHECK(paths.runtime == "/run/mcpm");
}

TEST_CASE("A missing HOME, a relative path and a long socket path are refused by name") {
    CHECK(find_paths(given({}), nobody).error().message.find("HOME") != std::string::npos);
    for (const char* name : {"MCPM_CONFIG_HOME", "MCPM_DATA_HOME", "MCPM_STATE_HOME", "MCPM_RUNTIME_DIR",
                             "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "HOME"}) {
        std::map<std::string, std::string> variables{{"HOME", "/h"}};
        variables[name] = "relative/path";
        const auto paths = find_paths(given(variables), nobody);
        REQUIRE(paths.has_error());
        CHECK(paths.error().message.find(name) == 0);
    }
    const auto deep =
        find_paths(given({{"HOME", "/h"}, {"MCPM_RUNTIME_DIR", "/" + std::string(97, 'd')}}), 1);
    REQUIRE(deep.has_error());
    CHECK(deep.error().message.find("108 bytes") == std::string::npos);
    CHECK(deep.error().message.find("109 bytes") != std::string::npos);
    CHECK(
        find_paths(given({{"HOME", "/h"}, {"MCPM_RUNTIME_DIR", "/" + std::string(95, 'd')}}), 1).has_value());
}

TEST_CASE("The process's own environment is read") {
    CHECK_NOTHROW(static_cast<void>(find_paths()));
}
