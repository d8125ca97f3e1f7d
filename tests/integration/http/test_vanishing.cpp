#include "tests/integration/http/served.hpp"

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}
std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\n\r\n";
}

}  // namespace

TEST_CASE("What is worked on is cancelled when its client vanishes") {
    Served served;
    Client client(served.socket());
    client.send(get("/wait"));
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    client.close();
    CHECK(eventually([&] { return served.cancelled == 1; }));
    CHECK(eventually([&] { return served.connections() == 0; }));
    CHECK(served.reports == 0);
}

TEST_CASE("A client that vanishes with requests still unread is noticed as well") {
    Served served;
    Client client(served.socket());
    client.send(get("/wait"));
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    std::string many;
    while (many.size() < (150u << 10)) many += get("/x");
    client.send(many);
    client.close();
    CHECK(eventually([&] { return served.cancelled == 1; }));
    CHECK(eventually([&] { return served.connections() == 0; }));
}

TEST_CASE("A client that has only finished sending still gets its answer") {
    Served served;
    Client client(served.socket());
    client.send(get("/wait") + get("/next"));
    client.finish_sending();
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    std::this_thread::sleep_for(50ms);
    CHECK(served.cancelled == 0);
    served.release();
    CHECK(client.receive().ends_with("waited"));
    CHECK(client.receive().ends_with("GET /next "));
    CHECK(client.receive().empty());
}

TEST_CASE("A client that finished sending and then vanishes is noticed") {
    Served served;
    Client client(served.socket());
    client.send(get("/wait"));
    client.finish_sending();
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    std::this_thread::sleep_for(50ms);
    client.close();
    CHECK(eventually([&] { return served.cancelled == 1; }));
}

TEST_CASE("A stream comes in chunks and the connection goes on after it") {
    Served served;
    Client client(served.socket());
    client.send(get("/three") + get("/x"));
    const auto answer = client.receive();
    CHECK(has(answer, "Transfer-Encoding: chunked\r\n"));
    CHECK(answer.ends_with("4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"));
    CHECK(client.receive().ends_with("GET /x "));
}

TEST_CASE("A stream waits for a slow reader instead of growing, and others are served meanwhile") {
    Served served;
    Client slow(served.socket());
    slow.send(get("/pour"));
    REQUIRE(eventually([&] { return served.streamed > 0; }));
    std::this_thread::sleep_for(100ms);
    const auto held = served.streamed.load();
    CHECK(held < (4u << 20));
    Client other(served.socket());
    other.send(get("/x"));
    CHECK(other.receive().ends_with("GET /x "));
    CHECK(served.streamed == held);
    for (int turn = 0; turn < 100; ++turn) slow.receive_some();
    CHECK(eventually([&] { return served.streamed > held; }));
    slow.close();
    CHECK(eventually([&] { return served.streams_ended == 1; }));
}

TEST_CASE("A stream with nothing to say ends when its client vanishes") {
    Served served;
    Client client(served.socket());
    client.send(get("/quiet"));
    while (!has(client.pending(), "begun")) REQUIRE(client.receive_some());
    client.close();
    CHECK(eventually([&] { return served.streams_ended == 1; }));
    CHECK(eventually([&] { return served.connections() == 0; }));
}

TEST_CASE("Stopping ends streams and idle connections at once and gives work its grace") {
    Served served;
    Client streaming(served.socket());
    Client idle(served.socket());
    Client working(served.socket());
    streaming.send(get("/quiet"));
    idle.send(get("/x"));
    idle.receive();
    working.send(get("/wait"));
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    while (!has(streaming.pending(), "begun")) REQUIRE(streaming.receive_some());
    std::thread stopper([&] { served.stop(20s); });
    CHECK_FALSE(streaming.receive_all().ends_with("0\r\n\r\n"));
    CHECK(idle.receive_all().empty());
    served.release();
    const auto answer = working.receive_all();
    CHECK(answer.ends_with("waited"));
    CHECK(has(answer, "Connection: close\r\n"));
    stopper.join();
}

TEST_CASE("Work that outlasts the grace of a stop is cancelled and its client told") {
    Served served;
    Client working(served.socket());
    working.send(get("/wait"));
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    served.stop(10ms);
    CHECK(served.cancelled == 1);
    CHECK(has(working.receive_all(), "HTTP/1.1 503 "));
    CHECK(served.connections() == 0);
}
