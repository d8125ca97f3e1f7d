#include "agent/gateway/outbox.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::gateway;

TEST_CASE("What was read can be read again from a given item on, each once and in order") {
    Loop loop;
    Outbox out(loop, Outbox::Keep::what_was_read);
    for (const char* text : {"a", "b", "c"}) out.push(text, Outbox::Weight::answer);
    while (out.next() != nullptr) out.advance();
    REQUIRE(out.rewind(1));
    REQUIRE(out.next() != nullptr);
    CHECK(out.next()->text == "b");
    out.advance();
    CHECK(out.next()->number == 3);
    CHECK_FALSE(out.rewind(4));
}

TEST_CASE("What is no longer kept cannot be asked for") {
    Loop loop;
    Outbox out(loop, Outbox::Keep::what_was_read);
    const std::string big(Outbox::kept_limit, 'x');
    for (int i = 0; i < 3; ++i) out.push(big, Outbox::Weight::answer);
    while (out.next() != nullptr) out.advance();
    CHECK_FALSE(out.rewind(0));
    CHECK(out.rewind(3));
}

TEST_CASE("Notices are dropped before answers, and counted") {
    Loop loop;
    Outbox out(loop, Outbox::Keep::nothing);
    const std::string half(Outbox::notices_limit / 2 + 1, 'x');
    out.push(half, Outbox::Weight::notice);
    out.push(half, Outbox::Weight::notice);
    CHECK(out.dropped() == 1);
    out.push(half, Outbox::Weight::answer);
    out.advance();
    REQUIRE(out.next() != nullptr);
    CHECK(out.next()->text.size() == half.size());
}

TEST_CASE("A reader that takes nothing is given up, with all that waits") {
    Loop loop;
    Outbox out(loop, Outbox::Keep::nothing);
    const std::string big(Outbox::waiting_limit / 2 + 1, 'x');
    out.push(big, Outbox::Weight::answer);
    out.push(big, Outbox::Weight::answer);
    CHECK(out.next() == nullptr);
    CHECK(out.is_finished());
    CHECK(out.dropped() == 2);
}

TEST_CASE("What is taken for good makes room for what comes next") {
    Loop loop;
    for (const auto keep : {Outbox::Keep::nothing, Outbox::Keep::what_was_read}) {
        Outbox out(loop, keep);
        out.push("a", Outbox::Weight::answer);
        out.push("b", Outbox::Weight::answer);
        CHECK(out.take() == "a");
        REQUIRE(out.next() != nullptr);
        CHECK(out.next()->text == "b");
        out.advance();
        CHECK(out.next() == nullptr);
        CHECK(out.last_number() == 2);
    }
}
