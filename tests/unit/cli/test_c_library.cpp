#include "cli/c_library.hpp"

#include <doctest/doctest.h>

using namespace mcpm::cli;

TEST_CASE("A C library that is too old is said in one sentence, with the newest version that is asked for") {
    const auto error = c_library_too_old(
        "/opt/bin/mcpmd: /lib/libc.so.6: version `GLIBC_2.33' not found (required by /opt/bin/mcpmd)\n"
        "/opt/bin/mcpmd: /lib/libc.so.6: version `GLIBC_2.35' not found (required by /opt/bin/mcpmd)\n"
        "/opt/bin/mcpmd: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /opt/bin/mcpmd)\n");
    REQUIRE(error);
    CHECK(error->message == "mcpmd needs the C library glibc 2.35 or newer, and this system's is older");
    CHECK(error->hint.find("Debian 12") != std::string::npos);
}

TEST_CASE("What is not the loader's word is not taken for it") {
    CHECK_FALSE(c_library_too_old(""));
    CHECK_FALSE(c_library_too_old("version `GLIBC_2."));
    CHECK_FALSE(c_library_too_old("version `GLIBC_2.99999999999999999999' not found"));
    CHECK_FALSE(c_library_too_old("config.yaml: GLIBC_2.35 is no level"));
    CHECK(c_library_missing("/opt/bin/mcpmd").message.find("/opt/bin/mcpmd") != std::string::npos);
}
