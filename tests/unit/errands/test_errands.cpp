#include "agent/errands/errands.hpp"
#include "agent/errands/new_file.hpp"
#include "agent/errands/speech.hpp"
#include "common/exit_status.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace mcpm;
using namespace mcpm::errands;

namespace {

std::string text_of(const std::string& file) {
    std::string word;
    std::ifstream(file) >> word;
    return word;
}

}  // namespace

TEST_CASE("An errand is known by its first word") {
    CHECK(is_errand("__backup"));
    CHECK(is_errand("__unbundle"));
    CHECK_FALSE(is_errand("backup"));
    CHECK_FALSE(is_errand(""));
}

TEST_CASE("Words of an errand: a file, one word more, flags with and without a value") {
    const Words words({"__backup", "./a.backup", "--force", "--database=/srv/x=y.db", "", "sha256:12"});
    CHECK(words.file() == "./a.backup");
    CHECK(words.typed_file() == "a.backup");
    CHECK(words.second() == "sha256:12");
    CHECK(words.has("--force"));
    CHECK_FALSE(words.has("--replace"));
    CHECK(words.value_of("--database") == "/srv/x=y.db");
    CHECK_FALSE(words.value_of("--data").has_value());
}

TEST_CASE("An errand's exit status is that of the command line, but for a disk that is no missing agent") {
    CHECK(say(Error{ErrorCode::conflict, "there"}) == static_cast<int>(ExitStatus::conflict));
    CHECK(say(Error{ErrorCode::unavailable, "full"}) == static_cast<int>(ExitStatus::failed));
}

TEST_CASE("A new file has its name when it is whole, and leaves nothing when it is not") {
    const test::TemporaryFolder folder;
    const std::string place = (folder.path() / "made").string();
    {
        auto file = NewFile::create(place, NewFile::Replace::no);
        REQUIRE(file.has_value());
        REQUIRE(::write(file->descriptor(), "half", 4) == 4);
    }
    CHECK(std::filesystem::is_empty(folder.path()));
    {
        auto file = NewFile::create(place, NewFile::Replace::no);
        REQUIRE(file.has_value());
        REQUIRE(::write(file->descriptor(), "whole", 5) == 5);
        CHECK_FALSE(std::filesystem::exists(place));
        REQUIRE(file->keep().has_value());
    }
    CHECK(text_of(place) == "whole");
    CHECK_FALSE(std::filesystem::exists(place + ".part"));
}

TEST_CASE("A file that is there is replaced when that is asked for, and not before the new one is whole") {
    const test::TemporaryFolder folder;
    const std::string place = (folder.path() / "made").string();
    std::ofstream(place) << "old";
    const auto refused = NewFile::create(place, NewFile::Replace::no);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(refused.error().hint == "--force replaces it");
    auto file = NewFile::create(place, NewFile::Replace::yes);
    REQUIRE(file.has_value());
    REQUIRE(::write(file->descriptor(), "new", 3) == 3);
    CHECK(text_of(place) == "old");
    REQUIRE(file->keep().has_value());
    CHECK(text_of(place) == "new");
}
