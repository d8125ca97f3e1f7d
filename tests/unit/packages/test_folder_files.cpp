#include "agent/packages/folder_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("What cannot be read as a file is no text, and no crash") {
    const test::TemporaryFolder folder;
    CHECK(text_of_file(folder.path()).empty());
    CHECK(text_of_file(folder.path() / "away").empty());
    REQUIRE(write_file(folder.path() / "one", "two\n"));
    CHECK(text_of_file(folder.path() / "one") == "two\n");
}
