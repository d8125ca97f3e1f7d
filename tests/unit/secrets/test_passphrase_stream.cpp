#include "agent/secrets/passphrase_stream.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::secrets;

TEST_CASE("A passphrase makes one key with one salt, and another with another") {
    const auto rules = Stretching::make();
    const auto key = stretch("correct horse", rules);
    REQUIRE(key.has_value());
    CHECK(stretch("correct horse", rules)->text() == key->text());
    CHECK(stretch("correct horsf", rules)->text() != key->text());
    CHECK(stretch("correct horse", Stretching::make())->text() != key->text());
}

TEST_CASE("A file does not decide how much is worked for its key") {
    const auto rules = Stretching::make();
    for (const Stretching& bad :
         {Stretching{rules.salt, 11, rules.memory}, Stretching{rules.salt, 0, rules.memory},
          Stretching{rules.salt, rules.passes, 1ULL << 40U}, Stretching{rules.salt, rules.passes, 1},
          Stretching{"short", rules.passes, rules.memory}}) {
        const auto key = stretch("correct horse", bad);
        REQUIRE(key.has_error());
        CHECK(key.error().code == ErrorCode::validation_error);
    }
}

TEST_CASE("What was sealed in frames opens in their order, with their head, and says where it ends") {
    const Key key = Key::make();
    StreamSealer sealer(key, "head");
    const auto one = sealer.seal("one", Frame::more);
    const auto two = sealer.seal("", Frame::last);
    StreamOpener opener(key, "head", sealer.prelude());
    const auto first = opener.open(one);
    REQUIRE(first);
    CHECK(first->plain == "one");
    CHECK(first->frame == Frame::more);
    const auto last = opener.open(two);
    REQUIRE(last);
    CHECK(last->plain.empty());
    CHECK(last->frame == Frame::last);

    CHECK_FALSE(StreamOpener(key, "heads", sealer.prelude()).open(one));
    CHECK_FALSE(StreamOpener(Key::make(), "head", sealer.prelude()).open(one));
    CHECK_FALSE(StreamOpener(key, "head", "").open(one));
    CHECK_FALSE(StreamOpener(key, "head", sealer.prelude()).open(two));
    CHECK_FALSE(StreamOpener(key, "head", sealer.prelude()).open(one.substr(0, 16)));
}
