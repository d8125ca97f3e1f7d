#include "agent/process/lock_guard.hpp"
#include "agent/process/startup.hpp"
#include "common/living_agent.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace mcpm;
using mcpm::test::TemporaryFolder;

TEST_CASE("A lock that was deleted is taken again in the keeper's name, so that no other agent begins") {
    const TemporaryFolder folder;
    Paths paths;
    paths.data = folder.path();
    paths.runtime = folder.path() / "run";
    const auto keepers = take_lock(paths);
    REQUIRE(keepers.has_value());
    LockGuard guard(paths, 4321);
    CHECK(guard.look() == LockGuard::Found::held);
    std::filesystem::remove(paths.lock());
    CHECK(guard.look() == LockGuard::Found::retaken);
    CHECK(guard.look() == LockGuard::Found::held);
    CHECK(lock_holder(paths) == 4321);
    CHECK_FALSE(take_lock(paths).has_value());
    CHECK(runtime_of_living_agent(paths.lock()) == paths.runtime);
}

TEST_CASE("A lock whose folder is gone is left alone until the folder is there") {
    const TemporaryFolder folder;
    Paths paths;
    paths.data = folder.path() / "data";
    paths.runtime = folder.path() / "run";
    LockGuard guard(paths, 4321);
    CHECK(guard.look() == LockGuard::Found::unknown);
    std::filesystem::create_directory(paths.data);
    CHECK(guard.look() == LockGuard::Found::retaken);
}
