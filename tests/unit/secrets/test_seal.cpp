#include "agent/secrets/seal.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::secrets;

namespace {

const Times times{Timestamp(std::chrono::milliseconds(1'700'000'000'123)),
                  Timestamp(std::chrono::milliseconds(1'700'000'999'456))};

}  // namespace

TEST_CASE("What was sealed opens with its key and its name alone") {
    const Key key = Key::make();
    for (const std::string& value :
         {std::string("x"), std::string("gh\n\xff\0p", 6), std::string(70000, 'v')}) {
        const auto sealed = seal(key, "github", times, value);
        CHECK(unseal(key, "github", sealed) == value);
        CHECK(times_of(sealed) == times);
        CHECK(sealed.size() <= value.size() + most_overhead);
        CHECK_FALSE(unseal(key, "githuB", sealed));
        CHECK_FALSE(unseal(key, "", sealed));
        CHECK_FALSE(unseal(Key::make(), "github", sealed));
    }
}

TEST_CASE("A sealed value holds nothing of what it seals, and is another one each time") {
    const Key key = Key::make();
    const auto sealed = seal(key, "name", times, "correct horse battery staple");
    CHECK(sealed.find("horse") == std::string::npos);
    CHECK(sealed.find(key.text()) == std::string::npos);
    CHECK(seal(key, "name", times, "correct horse battery staple") != sealed);
}

TEST_CASE("A sealed value of which any byte was changed, or that was torn, does not open") {
    const Key key = Key::make();
    const auto sealed = seal(key, "name", times, "value");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        auto changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK_FALSE(unseal(key, "name", changed));
        CHECK_FALSE(unseal(key, "name", sealed.substr(0, at)));
    }
    CHECK_FALSE(unseal(key, "name", sealed + "x"));
}

TEST_CASE("A name cannot move into what is bound before it") {
    const Key key = Key::make();
    const auto sealed = seal(key, "ab", times, "value");
    CHECK_FALSE(unseal(key, "b", sealed));
    CHECK_FALSE(unseal(key, "aba", sealed));
}

TEST_CASE("A key is as long as it must be, and another one each time") {
    CHECK(Key::make().text() != Key::make().text());
    CHECK(Key::make().text().size() == Key::bytes);
    CHECK_FALSE(Key::from(std::string(31, 'k')));
    CHECK_FALSE(Key::from(""));
    CHECK(Key::from(std::string(32, 'k')));
}

TEST_CASE("Wiping leaves nothing") {
    std::string text = "secret";
    wipe(text);
    CHECK(text.empty());
}
