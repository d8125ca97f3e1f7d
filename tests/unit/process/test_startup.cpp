#include "agent/process/startup.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;

namespace {

Paths paths_in(const test::TemporaryFolder& folder) {
    Paths paths;
    paths.config = folder / "config";
    paths.data = folder / "data";
    paths.state = folder / "state";
    paths.runtime = folder / "runtime";
    std::filesystem::create_directory(paths.data);
    return paths;
}

}  // namespace

TEST_CASE("The database in the data folder needs no lock of its own") {
    const test::TemporaryFolder folder;
    const Paths paths = paths_in(folder);
    const auto held = hold_database(paths, paths.database());
    REQUIRE(held.has_value());
    CHECK_FALSE(static_cast<bool>(held->lock));
    CHECK(held->notice.empty());
}

TEST_CASE("A database elsewhere has one agent, and one that is there and is not used is spoken of") {
    const test::TemporaryFolder folder;
    const Paths paths = paths_in(folder);
    const auto elsewhere = folder / "elsewhere" / "mcpm.db";
    std::ofstream(paths.database()) << "old";
    const auto held = hold_database(paths, elsewhere);
    REQUIRE(held.has_value());
    CHECK(static_cast<bool>(held->lock));
    CHECK(held->notice.find("mv " + paths.database().string()) != std::string::npos);
    const auto second = hold_database(paths, elsewhere);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == ErrorCode::conflict);
}
