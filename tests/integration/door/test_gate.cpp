// The door with the tokens of a real database, asked again and again by one connection.
#include "agent/access/token_book.hpp"
#include "agent/door/gate.hpp"
#include "common/units.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>

using namespace mcpm;
using test::run_to_end;

namespace {

HttpSettings unlimited() {
    HttpSettings settings;
    settings.failures_per_minute = 0;
    return settings;
}

struct GateHouse {
    GateHouse() {
        auto opened = run_to_end(loop, StateStore::open(loop, folder.path() / "mcpm.db"));
        REQUIRE(opened.has_value());
        store = std::move(opened->store);
        tokens = std::make_unique<access::TokenBook>(loop, *store);
        REQUIRE(run_to_end(loop, tokens->open()).has_value());
        gate.emplace(unlimited(), 1000, *tokens, sign_ins);
    }
    ~GateHouse() {
        run_to_end(loop, tokens->close());
        run_to_end(loop, store->close());
    }
    GateHouse(const GateHouse&) = delete;
    GateHouse& operator=(const GateHouse&) = delete;

    std::string create(access::NewToken asked) {
        return run_to_end(loop, tokens->create(std::move(asked), now_utc())).value().secret;
    }
    void revoke(const std::string& name) { REQUIRE(run_to_end(loop, tokens->revoke(name)).has_value()); }

    test::TemporaryFolder folder;
    Loop loop{1};
    std::unique_ptr<StateStore> store;
    std::unique_ptr<access::TokenBook> tokens;
    access::SignIns sign_ins{loop};
    std::optional<door::Gate> gate;
};

/// One connection by TCP.
struct Caller {
    explicit Caller(GateHouse& of) : house(of) {
        peer.address = "127.0.0.1:50000";
        peer.local_address = "127.0.0.1:3000";
        peer.memo = std::make_shared<http::Memo>();
    }
    /// "token:NAME", or the status of the refusal.
    std::string ask(const std::string& credential, const std::string& path = "/mcp") {
        http::Request request;
        request.method = "POST";
        request.path = request.target = path;
        request.route = path;  // these have no values
        request.peer = peer;
        request.headers = {
            {"host", "127.0.0.1:3000"}, {"authorization", credential}, {"content-type", "application/json"}};
        const auto passage = house.gate->look(request);
        return passage.answer ? std::to_string(passage.answer->status) : passage.verdict.principal;
    }
    GateHouse& house;
    http::Peer peer;
};

}  // namespace

TEST_CASE("A token that is revoked between two requests of one connection lets nobody in") {
    GateHouse house;
    const std::string credential = "Bearer " + house.create({"laptop"});
    Caller caller(house);
    CHECK(caller.ask(credential) == "token:laptop");
    CHECK(caller.ask(credential) == "token:laptop");
    house.revoke("laptop");
    CHECK(caller.ask(credential) == "401");
    CHECK(caller.ask(credential) == "401");
}

TEST_CASE("What a connection may do is what its token may do now, under whatever name it was made again") {
    GateHouse house;
    const std::string first = "Bearer " + house.create({"laptop", true});
    Caller caller(house);
    CHECK(caller.ask(first, "/api/servers") == "token:laptop");
    house.revoke("laptop");
    const std::string second = "Bearer " + house.create({"laptop", false});
    CHECK(caller.ask(first, "/api/servers") == "401");
    CHECK(caller.ask(second, "/api/servers") == "403");
    CHECK(caller.ask(second) == "token:laptop");
}

TEST_CASE("One connection with several credentials is told apart at each request") {
    GateHouse house;
    const std::string laptop = "Bearer " + house.create({"laptop"});
    const std::string editor = "Bearer " + house.create({"editor"});
    Caller caller(house);
    for (int round = 0; round < 2; ++round) {
        CHECK(caller.ask(laptop) == "token:laptop");
        CHECK(caller.ask(editor) == "token:editor");
        CHECK(caller.ask(laptop + "x") == "401");
        CHECK(caller.ask("Bearer ") == "401");
        CHECK(caller.ask("Bearer " + std::string(5000, 'x')) == "401");
    }
    CHECK(caller.peer.memo->text.size() < 100);
}
