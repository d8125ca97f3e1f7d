#include "agent/http/socket_owner.hpp"
#include "tests/integration/http/served.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

/// A server over TCP on loopback, and connections to it from addresses of 127.0.0.0/8.
struct House {
    explicit House(http::Limits limits) : listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(listening.get(), generic(), sizeof address) == 0);
        REQUIRE(::listen(listening.get(), 64) == 0);
        socklen_t length = sizeof address;
        REQUIRE(::getsockname(listening.get(), generic(), &length) == 0);
        served.emplace(std::move(listening), limits);
    }
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address); }
    UniqueFd connect() {
        UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::connect(socket.get(), generic(), sizeof address) == 0);
        return socket;
    }
    /// Once it was let in.
    Client known() {
        Client client(connect());
        client.send("GET /let-in HTTP/1.1\r\nHost: x\r\n\r\n");
        REQUIRE(client.receive().starts_with("HTTP/1.1 200 "));
        return client;
    }

    sockaddr_in address{};
    UniqueFd listening;
    std::optional<Served> served;
};

bool is_served(Client& client) {
    client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.receive().starts_with("HTTP/1.1 200 ");
}

http::Limits few() {
    http::Limits limits;
    limits.newcomers = 8;
    limits.newcomers_of_one = 4;
    return limits;
}

}  // namespace

TEST_CASE(
    "Who only opens connections takes room from himself, the oldest first, and from nobody that is known") {
    House house(few());
    auto known = house.known();
    std::vector<Client> idle;
    for (int turn = 0; turn < 20; ++turn) idle.emplace_back(house.connect());
    REQUIRE(eventually([&] { return house.served->counters().let_go == 16; }));
    CHECK(eventually([&] { return house.served->connections() == 5; }));
    for (std::size_t at = 0; at < 16; ++at) CHECK(idle[at].receive_all().empty());
    for (std::size_t at = 16; at < 20; ++at) CHECK(is_served(idle[at]));
    CHECK(is_served(known));
    CHECK(house.served->counters().refused == 0);
}

TEST_CASE("A full house has room for one more as long as a newcomer can go") {
    auto limits = few();
    limits.connections = 3;
    House house(limits);
    auto first = house.known();
    auto second = house.known();
    Client idle(house.connect());
    auto third = house.known();
    CHECK(idle.receive_all().empty());
    Client beyond(house.connect());
    CHECK(beyond.receive().starts_with("HTTP/1.1 503 "));
    CHECK(is_served(first));
    CHECK(is_served(second));
    CHECK(is_served(third));
}

TEST_CASE("A newcomer's time is short, that of who is known is not") {
    auto limits = few();
    limits.newcomer = 1s;
    House house(limits);
    auto known = house.known();
    Client idle(house.connect());
    Client slow(house.connect());
    slow.send("GET /x HTTP/1.1\r\n");
    CHECK(idle.receive_all().empty());
    CHECK(slow.receive_all().starts_with("HTTP/1.1 408 "));
    CHECK(is_served(known));
}

TEST_CASE("Over loopback the kernel tells whose a connection is") {
    House house(few());
    const UniqueFd socket = house.connect();
    sockaddr_storage ours{}, theirs{};
    socklen_t length = sizeof ours;
    REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&ours), &length) == 0);
    length = sizeof theirs;
    REQUIRE(::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&theirs), &length) == 0);
    // Seen from the server: the peer is who connected.
    const auto owner = http::owner_over_loopback(ours, theirs);
    if (owner) CHECK(*owner == ::getuid());
    reinterpret_cast<sockaddr_in&>(ours).sin_addr.s_addr = htonl(0x08080808);
    CHECK_FALSE(http::owner_over_loopback(ours, theirs).has_value());
}
