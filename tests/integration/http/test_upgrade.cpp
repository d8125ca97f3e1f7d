#include "tests/integration/http/served.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

std::string ask(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
}

std::string receive(Client& client, std::size_t size) {
    while (client.pending().size() < size && client.receive_some()) {
    }
    return client.pending();
}

Client upgraded(Served& served, std::string_view path) {
    Client client(served.socket());
    client.send(ask(path));
    REQUIRE(client.receive().starts_with("HTTP/1.1 101 "));
    return client;
}

}  // namespace

TEST_CASE("An upgraded connection is bytes both ways, those sent along with the request first") {
    Served served;
    Client client(served.socket());
    client.send(ask("/echo") + "early ");
    CHECK(client.receive().starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    client.send("late");
    CHECK(receive(client, 10) == "early late");
    client.close();
    CHECK(eventually([&] { return served.connections() == 0; }));
    CHECK(served.reading_ended == 1);
    CHECK(served.reports == 0);
}

TEST_CASE("Megabytes pass an upgraded connection both ways at once, in order") {
    Served served;
    auto client = upgraded(served, "/echo");
    std::string sent;
    while (sent.size() < (5u << 20)) sent += std::to_string(sent.size()) + " ";
    std::thread sender([&] { client.send(sent); });
    CHECK(receive(client, sent.size()) == sent);
    sender.join();
}

TEST_CASE("A peer that has only finished sending still hears the last words") {
    Served served;
    auto client = upgraded(served, "/echo");
    client.send("x");
    client.finish_sending();
    CHECK(client.receive_all() == "xbye");
}

TEST_CASE("What a peer sent before it vanished is still read") {
    Served served;
    auto client = upgraded(served, "/echo");
    client.send("last words");
    client.close();
    CHECK(eventually([&] { return served.streams_ended == 1; }));
    CHECK(served.streamed == 10);
    CHECK(served.reports == 0);
}

TEST_CASE("An upgraded connection that nobody reads from is cancelled when its peer vanishes") {
    Served served;
    auto client = upgraded(served, "/deaf");
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    client.send("never read");
    client.close();
    CHECK(eventually([&] { return served.streams_ended == 1; }));
    CHECK(served.reading_ended == 0);
    CHECK(eventually([&] { return served.connections() == 0; }));
}

TEST_CASE("A peer that takes nothing is given up after a while, not before") {
    http::Limits limits;
    limits.write_answer = 1s;
    Served served(limits);
    auto stuck = upgraded(served, "/flood");
    CHECK(eventually([&] { return served.streams_ended == 1; }));
    CHECK(served.streamed < (4u << 20));
    CHECK(served.reports == 0);
}

TEST_CASE("Stopping ends upgraded connections at once") {
    Served served;
    auto client = upgraded(served, "/echo");
    served.stop(20s);
    CHECK(client.receive_all().empty());
    CHECK(served.connections() == 0);
}

TEST_CASE("A peer that may not be told of an upgrade gets a refusal") {
    Served served;
    Client old(served.socket());
    old.send("GET /echo HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    CHECK(old.receive_all().starts_with("HTTP/1.1 400 "));
    Client head(served.socket());
    head.send("HEAD /echo HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    CHECK(head.receive(false).starts_with("HTTP/1.1 400 "));
    CHECK(served.streams_ended == 0);
}

TEST_CASE("Over TCP, too, an upgraded connection echoes, and its end is noticed, read from or not") {
    UniqueFd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listening.get(), generic, sizeof address) == 0);
    REQUIRE(::listen(listening.get(), 16) == 0);
    socklen_t length = sizeof address;
    REQUIRE(::getsockname(listening.get(), generic, &length) == 0);
    Served served(std::move(listening), {});
    const auto connect = [&](std::string_view path) {
        UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::connect(socket.get(), generic, sizeof address) == 0);
        Client client(std::move(socket));
        client.send(ask(path));
        REQUIRE(client.receive().starts_with("HTTP/1.1 101 "));
        return client;
    };
    auto read_from = connect("/echo");
    read_from.send("over TCP");
    CHECK(receive(read_from, 8) == "over TCP");
    read_from.close();
    CHECK(eventually([&] { return served.reading_ended == 1; }));
    auto deaf = connect("/deaf");
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    deaf.close();
    CHECK(eventually([&] { return served.streams_ended == 2; }));
    CHECK(eventually([&] { return served.connections() == 0; }));
}
