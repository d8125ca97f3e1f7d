#include "agent/access/sign_ins.hpp"
#include "common/units.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using namespace std::chrono_literals;
using access::SignIns;

namespace {

struct Book {
    Loop loop{1};
    SignIns sign_ins{loop};
    Timestamp now = now_utc();
};

}  // namespace

TEST_CASE("A link works once") {
    Book book;
    const auto code = book.sign_ins.make_link("uid:1000", book.now).value();
    CHECK(code.size() == 48);
    const auto session = book.sign_ins.use_link(code, book.now);
    REQUIRE(session.has_value());
    CHECK(session->session.who == "uid:1000");
    CHECK(session->secret != code);
    CHECK(book.sign_ins.find(session->secret, book.now) != nullptr);
    CHECK_FALSE(book.sign_ins.use_link(code, book.now).has_value());
}

TEST_CASE("A link works for a minute, and only at the agent that made it") {
    Book book;
    Book other;
    const auto code = book.sign_ins.make_link("uid:1000", book.now).value();
    CHECK_FALSE(other.sign_ins.use_link(code, book.now).has_value());
    CHECK_FALSE(book.sign_ins.use_link(code + "x", book.now).has_value());
    CHECK_FALSE(book.sign_ins.use_link(code, book.now + 1min).has_value());
    CHECK_FALSE(book.sign_ins.use_link(code, book.now).has_value());
    const auto second = book.sign_ins.make_link("uid:1000", book.now).value();
    CHECK(book.sign_ins.use_link(second, book.now + 59s).has_value());
}

TEST_CASE("Links that nobody uses do not pile up: the oldest goes") {
    Book book;
    const auto first = book.sign_ins.make_link("uid:1000", book.now).value();
    for (int times = 0; times < 16; ++times) CHECK(book.sign_ins.make_link("uid:1000", book.now).has_value());
    CHECK_FALSE(book.sign_ins.use_link(first, book.now).has_value());
}

TEST_CASE("A session lives as long as it is used, twelve hours at a time, for a week") {
    Book book;
    const auto secret = book.sign_ins.begin("uid:1", {}, {}, book.now)->secret;
    auto now = book.now;
    CHECK(book.sign_ins.find(secret, now + 12h) == nullptr);
    for (int times = 0; times < 15; ++times) {
        now += 11h;
        CHECK(book.sign_ins.find(secret, now) != nullptr);
    }
    CHECK(book.sign_ins.find(secret, book.now + 24h * 7 - 1s) != nullptr);
    CHECK(book.sign_ins.find(secret, book.now + 24h * 7) == nullptr);
}

TEST_CASE("A session ends with the token that began it, at that token's own end and when it is revoked") {
    Book book;
    const auto ends = book.now + 1h;
    const auto short_lived = book.sign_ins.begin("token:a", "a", ends, book.now)->secret;
    CHECK(book.sign_ins.find(short_lived, ends - 1s) != nullptr);
    CHECK(book.sign_ins.find(short_lived, ends) == nullptr);
    const auto of_a = book.sign_ins.begin("token:a", "a", {}, book.now)->secret;
    const auto of_b = book.sign_ins.begin("token:b", "b", {}, book.now)->secret;
    const auto of_link = book.sign_ins.begin("uid:1000", {}, {}, book.now)->secret;
    book.sign_ins.end_of_token("a");
    CHECK(book.sign_ins.find(of_a, book.now) == nullptr);
    CHECK(book.sign_ins.find(of_b, book.now) != nullptr);
    book.sign_ins.end_of_token("");
    CHECK(book.sign_ins.find(of_link, book.now) != nullptr);
}

TEST_CASE("Signing out ends one session, revoking all ends every one and every link") {
    Book book;
    const auto one = *book.sign_ins.begin("uid:1", {}, {}, book.now);
    const auto two = *book.sign_ins.begin("uid:1", {}, {}, book.now);
    book.sign_ins.end(one.session.id);
    CHECK(book.sign_ins.find(one.secret, book.now) == nullptr);
    CHECK(book.sign_ins.find(two.secret, book.now) != nullptr);
    const auto code = book.sign_ins.make_link("uid:1", book.now).value();
    CHECK(book.sign_ins.end_all() == 1);
    CHECK(book.sign_ins.find(two.secret, book.now) == nullptr);
    CHECK_FALSE(book.sign_ins.use_link(code, book.now).has_value());
}

TEST_CASE("Sessions go on at the next agent, those that are over do not") {
    Book book;
    std::vector<access::SignedIn> kept;
    book.sign_ins.set_keeper([&](std::vector<access::SignedIn> all) { kept = std::move(all); });
    const auto used = book.sign_ins.begin("token:laptop", "laptop", {}, book.now)->secret;
    const auto over = book.sign_ins.begin("token:short", "short", book.now + 1h, book.now)->secret;
    const auto ended = book.sign_ins.begin("uid:1000", {}, {}, book.now)->session.id;
    CHECK(kept.size() == 3);
    book.sign_ins.end(ended);
    CHECK(kept.size() == 2);
    CHECK(kept.front().digest != used);

    Book next;
    next.sign_ins.take_up(kept, book.now + 2h);
    CHECK(next.sign_ins.size() == 1);
    CHECK(next.sign_ins.find(used, book.now + 2h) != nullptr);
    CHECK(next.sign_ins.find(over, book.now + 2h) == nullptr);
}

TEST_CASE("That a session is used is told at most every ten minutes") {
    Book book;
    const auto secret = book.sign_ins.begin("uid:1000", {}, {}, book.now)->secret;
    int told = 0;
    book.sign_ins.set_keeper([&](const std::vector<access::SignedIn>&) { ++told; });
    for (int seconds = 0; seconds < 599; ++seconds)
        (void)book.sign_ins.find(secret, book.now + std::chrono::seconds(seconds));
    CHECK(told == 0);
    (void)book.sign_ins.find(secret, book.now + 10min);
    CHECK(told == 1);
}

TEST_CASE("Sessions hold as long as the owner's secret is the same") {
    Loop loop{1};
    const Timestamp now = now_utc();
    const auto with = [&](std::string secret) { return SignIns(loop, std::move(secret)); };
    SignIns first = with("0123456789abcdef");
    std::vector<access::SignedIn> kept;
    first.set_keeper([&](std::vector<access::SignedIn> all) { kept = std::move(all); });
    const std::string cookie = first.begin("uid:1", {}, {}, now)->secret;
    REQUIRE(kept.size() == 1);
    CHECK(first.find(cookie, now) != nullptr);
    SignIns same = with("0123456789abcdef");
    same.take_up(kept, now);
    CHECK(same.find(cookie, now) != nullptr);
    for (const char* other : {"0123456789abcdeg", ""}) {
        CAPTURE(other);
        SignIns next = with(other);
        next.take_up(kept, now);
        CHECK(next.size() == 0);
        CHECK(next.find(cookie, now) == nullptr);
    }
    // What is kept tells neither the cookie nor the secret; one that began without a secret ends, too.
    CHECK(kept[0].digest.find("0123456789abcdef") == std::string::npos);
    SignIns without = with("");
    without.set_keeper([&](std::vector<access::SignedIn> all) { kept = std::move(all); });
    const std::string plain = without.begin("uid:1", {}, {}, now)->secret;
    SignIns secured = with("0123456789abcdef");
    secured.take_up(kept, now);
    CHECK(secured.find(plain, now) == nullptr);
    CHECK(secured.size() == 0);
}
