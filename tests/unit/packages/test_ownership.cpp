#include "agent/packages/ownership.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;
namespace fs = std::filesystem;

namespace {

uid_t owner_of(const fs::path& path) {
    struct stat facts {};
    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_uid;
}

}  // namespace

TEST_CASE("What an archive gave to another user becomes root's, and nothing outside the folder does") {
    if (::geteuid() != 0) {
        MESSAGE("left out: only root meets files of other users, and can make them");
        return;
    }
    const test::TemporaryFolder folder;
    const auto package = folder / "package";
    fs::create_directories(package / "deep");
    std::ofstream(package / "deep" / "LICENSE.txt") << "text";
    std::ofstream(folder / "outside") << "text";
    fs::create_symlink(folder / "outside", package / "link");
    for (const auto& path :
         {package / "deep", package / "deep" / "LICENSE.txt", package / "link", folder / "outside"})
        REQUIRE(::lchown(path.c_str(), 501, 20) == 0);
    CHECK(npm::take_ownership(package).has_value());
    for (const auto& path : {package / "deep", package / "deep" / "LICENSE.txt", package / "link"})
        CHECK(owner_of(path) == 0);
    CHECK(owner_of(folder / "outside") == 501);
    CHECK(npm::take_ownership(folder / "nothing").has_error());
}
