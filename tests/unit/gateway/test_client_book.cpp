#include "agent/gateway/client_book.hpp"
#include "tests/unit/gateway/exchanges.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::gateway;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

ClientPtr kept(ClientBook& book, const std::string& principal = "ada", const Scope& scope = {}) {
    const auto opened = book.open_session(scope, principal);
    REQUIRE(opened.has_value());
    (*opened)->version = "2025-11-25";
    book.keep(*opened);
    return *opened;
}

}  // namespace

TEST_CASE("A session is known to nobody before it is kept, and then to its principal at its address") {
    Loop loop{1};
    ClientBook book(loop, 10);
    Scope files{Scope::Kind::server, "files"};
    const auto opened = book.open_session(files, "ada");
    REQUIRE(opened.has_value());
    const auto& client = *opened;
    CHECK(book.find(client->id, "ada", files) == nullptr);
    book.keep(client);
    CHECK(book.find(client->id, "ada", files) == client);
    CHECK(book.find(client->id, "bob", files) == nullptr);
    CHECK(book.find(client->id, "ada", Scope{}) == nullptr);
    book.remove(client);
    CHECK(book.find(client->id, "ada", files) == nullptr);
}

TEST_CASE("Ids are long and never the same") {
    Loop loop{1};
    ClientBook book(loop, 10);
    const auto one = kept(book);
    const auto other = kept(book);
    CHECK(one->id.size() == 64);
    CHECK(one->id != other->id);
}

TEST_CASE("Each that is there has a handle for people, which does not let anybody in") {
    Loop loop{1};
    ClientBook book(loop, 10);
    const auto one = kept(book);
    const auto other = book.open_stdio({}, "ada");
    CHECK(one->handle.size() == 12);
    CHECK(one->handle != other->handle);
    CHECK(one->id.find(one->handle) == std::string::npos);
    CHECK(book.find(one->handle, "ada", {}) == nullptr);
}

TEST_CASE("A full book opens no further session, and clients on stdio are not counted") {
    Loop loop{1};
    ClientBook book(loop, 1);
    book.open_stdio({}, "ada");
    const auto one = kept(book);
    const auto refused = book.open_session({}, "bob");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::unavailable);
    CHECK(book.size() == 2);
    book.remove(one);
    CHECK(book.open_session({}, "bob").has_value());
    CHECK_FALSE(book.has_sessions());
}

TEST_CASE("Everyone is found, and those of one principal") {
    Loop loop{1};
    ClientBook book(loop, 10);
    const auto session = kept(book);
    const auto stdio = book.open_stdio({}, "ada");
    const auto other = kept(book, "bob");
    CHECK(book.everyone().size() == 3);
    CHECK(book.of_principal("ada").size() == 2);
    CHECK(book.of_principal("bob") == std::vector<ClientPtr>{other});
    book.remove(stdio);
    CHECK(book.of_principal("ada") == std::vector<ClientPtr>{session});
}

TEST_CASE("Idle is who has not been used for that long, is read by nobody and waits for nothing") {
    Loop loop{1};
    ClientBook book(loop, 10);
    const auto idle = kept(book);
    const auto fresh = kept(book);
    const auto read = kept(book);
    const auto waits = kept(book);
    for (const auto& client : {idle, read, waits}) client->used = Clock::now() - 2h;
    read->readers = 1;
    waits->open.insert(make_exchange(loop, waits, "tools/call"));
    CHECK(book.idle(1h) == std::vector<ClientPtr>{idle});
    read->readers = 0;
    CHECK(book.idle(1h) == std::vector<ClientPtr>{idle});  // it was in use a moment ago
    waits->open.clear();
}

TEST_CASE("A book that is written and read again has the same sessions") {
    Loop loop{1};
    ClientBook before(loop, 10);
    Scope scope{Scope::Kind::profile, "work"};
    scope.search = true;
    const auto client = kept(before, "ada", scope);
    client->name = "Claude \xC3\xA9";
    client->capabilities = R"({"roots":{}})";
    client->level = 4;
    client->has_initialized = true;
    client->next_stream = 5;
    client->subscriptions.emplace("srv_a", "file:///a");
    client->shown_uris[{"srv_a", "file:///a"}] = "mcpm+a:file:///a";
    before.open_stdio({}, "bob");  // ends with its connection

    ClientBook after(loop, 10);
    std::string told;
    const auto subscribed = [&](Client& one, const std::string& server_id, const std::string& uri) {
        told += one.principal + " " + server_id + " " + uri;
    };
    REQUIRE(after.restore(before.text(), subscribed) == 1);
    CHECK(told == "ada srv_a file:///a");
    const auto again = after.find(client->id, "ada", scope);
    REQUIRE(again);
    CHECK(again->name == client->name);
    CHECK(again->version == "2025-11-25");
    CHECK(again->capabilities == R"({"roots":{}})");
    CHECK(again->level == 4);
    CHECK(again->has_initialized);
    CHECK(again->was_restored);
    CHECK(again->opened_at == client->opened_at);
    CHECK(again->next_stream == 5);
    CHECK(again->next_request > client->next_request);
    CHECK(again->shown_uris == client->shown_uris);
    CHECK(after.size() == 1);
}

TEST_CASE("Sessions beyond the limit, and what is no session, are left out") {
    Loop loop{1};
    ClientBook before(loop, 10);
    kept(before);
    kept(before);
    ClientBook after(loop, 1);
    const auto nobody = [](Client&, const std::string&, const std::string&) {};
    CHECK(after.restore(before.text(), nobody) == 1);
    ClientBook empty(loop, 10);
    for (const char* text : {"", "[]", "{}", R"({"format":1})", R"({"format":1,"sessions":{}})",
                             R"({"format":1,"sessions":[null,{"scope":{"kind":"moon"}}]})"}) {
        CHECK(empty.restore(text, nobody) == 0);
    }
    const std::string id(64, 'a');
    CHECK(empty.restore(R"({"format":1,"sessions":[{"id":")" + id +
                            R"(","principal":"ada","version":"1999-01-01","scope":{"kind":"all"}}]})",
                        nobody) == 0);
    CHECK(
        empty.restore(
            R"({"format":1,"sessions":[{"id":")" + id +
                R"(","principal":"ada","version":"2025-11-25","capabilities":"{no","scope":{"kind":"all"},)" +
                R"("subscriptions":[7,{"server":"s"}]}]})",
            nobody) == 1);
    CHECK(empty.everyone().front()->capabilities == "{}");
    CHECK_FALSE(empty.everyone().front()->opened_at.has_value());  // of an agent that did not note it
    CHECK(empty.everyone().front()->subscriptions.empty());
}
