#include "cli/user_units.hpp"

#include <doctest/doctest.h>

using namespace mcpm::cli;

TEST_CASE("The units of a user name the folder of the programs, whatever it is called") {
    const auto units = user_units("/opt/my mcpm 100%/bin");
    REQUIRE(units);
    CHECK((*units)[0].name == "mcpmd.socket");
    CHECK((*units)[1].name == "mcpmd.service");
    for (const auto& unit : *units) {
        CHECK(is_own_unit(unit.text));
        CHECK(unit.text.find("@MCPM_BIN@") == std::string::npos);
    }
    const auto& service = (*units)[1].text;
    CHECK(service.find("ExecStart=/opt/my\\x20mcpm\\x20100%%/bin/mcpmd run\n") != std::string::npos);
    CHECK(service.find("ExecReload=/opt/my\\x20mcpm\\x20100%%/bin/mcpm agent restart\n") !=
          std::string::npos);
    CHECK((*units)[0].text.find("ListenStream=%t/mcpm/agent.sock\n") != std::string::npos);
    CHECK(!user_units("/opt/two\nlines"));
    CHECK(!is_own_unit("[Unit]\n"));
}
