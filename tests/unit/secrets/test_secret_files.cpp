#include "agent/secrets/secret_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <fstream>
#include <iterator>

using namespace mcpm;
using namespace mcpm::secrets;
namespace fs = std::filesystem;

namespace {

const Timestamp early{std::chrono::hours(400'000)};
const Timestamp late{std::chrono::hours(500'000)};

struct House {
    test::TemporaryFolder folder;
    fs::path values = folder / "secrets";
    fs::path key = folder / "secrets.key";
    SecretFiles files{values, key};

    fs::path sealed(const std::string& name) const { return values / (name + ".sealed"); }
};

std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

unsigned mode_of(const fs::path& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

}  // namespace

TEST_CASE("A secret is kept, changed and removed, and when it was made stays known") {
    const House house;
    CHECK(house.files.list()->empty());
    REQUIRE(house.files.put("github.token", "ghp_1", early));
    REQUIRE(house.files.put("a-b_c", "two\nlines", early));
    CHECK(*house.files.get("github.token") == "ghp_1");
    REQUIRE(house.files.put("github.token", "ghp_2", late));
    CHECK(*house.files.get("github.token") == "ghp_2");
    const auto list = house.files.list();
    REQUIRE(list->size() == 2);
    CHECK((*list)[0].name == "a-b_c");
    CHECK((*list)[1].name == "github.token");
    CHECK((*list)[1].times == Times{early, late});
    REQUIRE(house.files.remove("github.token"));
    CHECK(house.files.get("github.token").error().code == ErrorCode::not_found);
    CHECK(house.files.remove("github.token").error().code == ErrorCode::not_found);
    CHECK(*house.files.get("a-b_c") == "two\nlines");
}

TEST_CASE("Files and folder are their owner's alone, and hold no value") {
    const House house;
    REQUIRE(house.files.put("name", "correct-horse", early));
    CHECK(mode_of(house.values) == 0700);
    CHECK(mode_of(house.sealed("name")) == 0600);
    CHECK(mode_of(house.key) == 0600);
    CHECK(bytes_of(house.sealed("name")).find("correct-horse") == std::string::npos);
    CHECK(bytes_of(house.key).size() == Key::bytes);
    CHECK(house.files.get("nobody").error().hint.find("mcpm secret set nobody") != std::string::npos);
}

TEST_CASE("Names and values have limits") {
    const House house;
    for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("../x"),
                                    std::string("a/b"), std::string("-x"), std::string("a b"),
                                    std::string("ä"), std::string("a\n"), std::string(65, 'a')}) {
        CAPTURE(name);
        CHECK(house.files.put(name, "value", early).error().code == ErrorCode::validation_error);
        CHECK(house.files.get(name).error().code == ErrorCode::validation_error);
        CHECK(house.files.remove(name).error().code == ErrorCode::validation_error);
    }
    CHECK(house.files.put("a", "", early).error().code == ErrorCode::validation_error);
    CHECK(house.files.put("a", std::string("a\0b", 3), early).error().code == ErrorCode::validation_error);
    CHECK(house.files.put("a", std::string(longest_value + 1, 'v'), early).error().code ==
          ErrorCode::validation_error);
    REQUIRE(house.files.put(std::string(64, 'a'), std::string(longest_value, 'v'), early));
    CHECK(house.files.get(std::string(64, 'a'))->size() == longest_value);
}

TEST_CASE("There is a most of secrets, and those there are can still be changed") {
    const House house;
    REQUIRE(house.files.put("first", "value", early));
    for (std::size_t number = 1; number < most_secrets; ++number)
        fs::copy_file(house.sealed("first"), house.sealed("n" + std::to_string(number)));
    CHECK(house.files.put("one-more", "value", late).error().code == ErrorCode::conflict);
    CHECK(house.files.put("first", "changed", late));
}

TEST_CASE("An altered, torn, swapped or foreign file is named and said, and a new value mends it") {
    const House house;
    REQUIRE(house.files.put("one", "first value", early));
    REQUIRE(house.files.put("two", "other value", early));
    const auto one = bytes_of(house.sealed("one"));
    auto altered = one;
    altered.back() = static_cast<char>(altered.back() ^ 1);
    for (const std::string& bytes :
         {altered, one.substr(0, one.size() / 2), std::string(), std::string("hello"),
          bytes_of(house.sealed("two")), one + std::string(longest_value * 2, 'x')}) {
        write(house.sealed("one"), bytes);
        const auto got = house.files.get("one");
        REQUIRE_FALSE(got);
        CHECK(got.error().code == ErrorCode::wrong_state);
        CHECK(got.error().message.find("'one'") != std::string::npos);
        CHECK(got.error().hint.find("mcpm secret set one") != std::string::npos);
        CHECK(house.files.list()->size() == 2);
        CHECK(*house.files.get("two") == "other value");
    }
    REQUIRE(house.files.put("one", "mended", late));
    CHECK(*house.files.get("one") == "mended");
}

TEST_CASE("A key that is missing or wrong is said, and never replaced while values are there") {
    const House house;
    REQUIRE(house.files.put("one", "value", early));
    const auto right = bytes_of(house.key);
    for (const std::string& key : {std::string(), std::string(31, 'k'), std::string(33, 'k')}) {
        write(house.key, key);
        CHECK(house.files.get("one").error().code == ErrorCode::wrong_state);
        CHECK(house.files.put("two", "value", late).error().code == ErrorCode::conflict);
        CHECK(bytes_of(house.key) == key);
    }
    write(house.key, std::string(32, 'k'));
    CHECK(house.files.get("one").error().message.find("'one'") != std::string::npos);
    fs::remove(house.key);
    const auto missing = house.files.get("one");
    CHECK(missing.error().message.find("secrets.key is missing") != std::string::npos);
    CHECK(house.files.put("one", "value", late).error().code == ErrorCode::conflict);
    CHECK_FALSE(fs::exists(house.key));
    CHECK(house.files.list()->size() == 1);
    write(house.key, right);
    CHECK(*house.files.get("one") == "value");
    fs::remove(house.key);
    REQUIRE(house.files.remove("one"));
    REQUIRE(house.files.put("two", "value", late));
    CHECK(bytes_of(house.key) != right);
    CHECK(*house.files.get("two") == "value");
}

TEST_CASE("What a writer left that was killed is no secret") {
    const House house;
    REQUIRE(house.files.put("one", "value", early));
    write(house.values / "one.sealed.new", "half");
    write(house.values / "notes.txt", "mine");
    CHECK(house.files.list()->size() == 1);
    REQUIRE(house.files.put("one", "other", late));
    CHECK(*house.files.get("one") == "other");
}

TEST_CASE("A folder that cannot be is said") {
    const House house;
    write(house.values, "a file");
    const auto put = house.files.put("one", "value", early);
    REQUIRE_FALSE(put);
    CHECK_FALSE(put.error().message.empty());
    CHECK_FALSE(house.files.get("one"));
}
