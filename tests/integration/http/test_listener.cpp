#include "tests/integration/http/served.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

using namespace mcpm;
using namespace mcpm::test;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}
std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n";
}

}  // namespace

TEST_CASE("A connection is kept and answers one request after the other") {
    Served served;
    Client client(served.socket());
    for (int turn = 0; turn < 100; ++turn) {
        client.send(get("/turn" + std::to_string(turn)));
        const auto answer = client.receive();
        CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(answer.ends_with("GET /turn" + std::to_string(turn) + " "));
    }
    CHECK(served.counters().accepted == 1);
    CHECK(served.counters().requests == 100);
}

TEST_CASE("Pipelined requests are answered in order, those that wait included") {
    Served served;
    Client client(served.socket());
    client.send(get("/a") + get("/wait") + "POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz" + get("/c"));
    CHECK(client.receive().ends_with("GET /a "));
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    client.send(get("/d"));
    served.release();
    CHECK(client.receive().ends_with("waited"));
    CHECK(client.receive().ends_with("POST /b xyz"));
    CHECK(client.receive().ends_with("GET /c "));
    CHECK(client.receive().ends_with("GET /d "));
    CHECK(served.cancelled == 0);
}

TEST_CASE("More pipelined bytes than are kept ahead are not lost") {
    Served served;
    Client client(served.socket());
    client.send(get("/wait"));
    REQUIRE(eventually([&] { return served.waiting == 1; }));
    const std::string body(100u << 10, 'b');
    std::thread sender([&] {
        for (int turn = 0; turn < 3; ++turn)
            client.send("POST /b HTTP/1.1\r\nContent-Length: 102400\r\n\r\n" + body);
    });
    std::this_thread::sleep_for(50ms);
    served.release();
    CHECK(client.receive().ends_with("waited"));
    for (int turn = 0; turn < 3; ++turn) CHECK(client.receive().ends_with("POST /b " + body));
    sender.join();
}

TEST_CASE("The peer is who the kernel says") {
    Served served;
    Client client(served.socket());
    client.send(get("/who"));
    CHECK(client.receive().ends_with(std::to_string(::getuid()) + " " + std::to_string(::getpid())));
}

TEST_CASE("HEAD is answered without a body and the connection goes on") {
    Served served;
    Client client(served.socket());
    client.send("HEAD /x HTTP/1.1\r\n\r\n");
    const auto answer = client.receive(false);
    CHECK(has(answer, "Content-Length: 8\r\n"));
    client.send("HEAD /pour HTTP/1.1\r\n\r\n" + get("/next"));
    CHECK(has(client.receive(false), "chunked"));
    CHECK(client.receive().ends_with("GET /next "));
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection after the answer") {
    Served served;
    Client old_one(served.socket());
    old_one.send("GET /x HTTP/1.0\r\n\r\n");
    CHECK(old_one.receive_all().ends_with("GET /x "));
    Client polite(served.socket());
    polite.send(get("/x", "Connection: close\r\n"));
    CHECK(has(polite.receive_all(), "Connection: close\r\n"));
    Client streaming(served.socket());
    streaming.send("GET /three HTTP/1.0\r\n\r\n");
    const auto answer = streaming.receive_all();
    CHECK_FALSE(has(answer, "chunked"));
    CHECK(answer.ends_with("\r\n\r\none two three"));
}

TEST_CASE("A client that asks first is told to send its body") {
    Served served;
    Client client(served.socket());
    client.send("POST /x HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.receive(false) == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    CHECK(client.receive().ends_with("POST /x hello"));
    client.send("POST /x HTTP/1.1\r\nContent-Length: 5\r\nExpect: miracles\r\n\r\n");
    CHECK(has(client.receive(), "HTTP/1.1 417 "));
}

TEST_CASE("A header that is too large is refused with 431") {
    Served served;
    Client client(served.socket());
    client.send(get("/x", "X-Long: " + std::string(20000, 'a') + "\r\n"));
    CHECK(has(client.receive_all(), "HTTP/1.1 431 "));
    Client endless(served.socket());
    endless.send("GET /" + std::string(40000, 'a'));
    CHECK(has(endless.receive_all(), "HTTP/1.1 431 "));
}

TEST_CASE("A body that is too large is refused with 413, with and without its length") {
    http::Limits limits;
    limits.body_bytes = 1000;
    Served served(limits);
    Client declared(served.socket());
    declared.send("POST /x HTTP/1.1\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'a'));
    const auto answer = declared.receive_all();
    CHECK(has(answer, "HTTP/1.1 413 "));
    CHECK(has(answer, R"("code":"PAYLOAD_TOO_LARGE")"));
    Client chunked(served.socket());
    chunked.send("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int turn = 0; turn < 12; ++turn) chunked.send("64\r\n" + std::string(100, 'a') + "\r\n");
    CHECK(has(chunked.receive_all(), "HTTP/1.1 413 "));
}

TEST_CASE("Garbage is refused with 400 in the envelope") {
    Served served;
    const std::vector<std::string> texts{std::string("\0\1\2\3 garbage\r\n\r\n", 16),
                                         "\x16\x03\x01\x02\x01\r\n\r\n",
                                         "GET\r\n\r\n",
                                         "GET x HTTP/1.1\r\n\r\n",
                                         "GET /%zz HTTP/1.1\r\nConnection: close\r\n\r\n",
                                         "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                                         "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                                         "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
    for (const auto& text : texts) {
        CAPTURE(text);
        Client client(served.socket());
        client.send(text);
        client.finish_sending();
        const auto answer = client.receive_all();
        CHECK(has(answer, "HTTP/1.1 400 "));
        CHECK(has(answer, R"({"success":false,"error":")"));
    }
}

TEST_CASE("A transfer coding that is not spoken is refused with 501 and the connection ends") {
    Served served;
    Client client(served.socket());
    client.send(
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" +
        get("/smuggled"));
    const auto answers = client.receive_all();
    CHECK(answers.starts_with("HTTP/1.1 501 Not Implemented\r\n"));
    CHECK(has(answers, "Connection: close\r\n"));
    CHECK_FALSE(has(answers, "smuggled"));
    CHECK(served.counters().requests == 0);
}

TEST_CASE("A request that does not come to its end is answered with 408 and closed") {
    http::Limits limits;
    limits.read_request = 1s;
    Served served(limits);
    Client client(served.socket());
    client.send("POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
    CHECK(has(client.receive_all(), "HTTP/1.1 408 "));
    Client nothing(served.socket());
    nothing.send("GE");
    CHECK(has(nothing.receive_all(), "HTTP/1.1 408 "));
}

TEST_CASE("An idle connection is closed without a word") {
    http::Limits limits;
    limits.idle = 1s;
    Served served(limits);
    Client client(served.socket());
    client.send(get("/x"));
    client.receive();
    CHECK(client.receive_all().empty());
}

TEST_CASE("A session that throws answers 500 and harms no other") {
    Served served;
    Client client(served.socket());
    Client other(served.socket());
    client.send(get("/throw") + get("/after"));
    CHECK(has(client.receive(), "HTTP/1.1 500 "));
    CHECK(client.receive().ends_with("GET /after "));
    other.send(get("/x"));
    CHECK(other.receive().ends_with("GET /x "));
    CHECK(served.reports == 1);
}

TEST_CASE("Beyond the cap the newest connection is refused with 503 and the others live") {
    http::Limits limits;
    limits.connections = 2;
    Served served(limits);
    Client first(served.socket());
    Client second(served.socket());
    first.send(get("/1"));
    second.send(get("/2"));
    CHECK(first.receive().ends_with("GET /1 "));
    CHECK(second.receive().ends_with("GET /2 "));
    Client third(served.socket());
    CHECK(has(third.receive_all(), "HTTP/1.1 503 "));
    first.close();
    REQUIRE(eventually([&] { return served.connections() == 1; }));
    Client fourth(served.socket());
    fourth.send(get("/4"));
    CHECK(fourth.receive().ends_with("GET /4 "));
}

TEST_CASE("A thousand connections leave nothing behind") {
    Served served;
    for (int turn = 0; turn < 1000; ++turn) {
        Client client(served.socket());
        if (turn % 2 == 0) {
            client.send(get("/x"));
            CHECK(client.receive().ends_with("GET /x "));
        }
    }
    CHECK(eventually([&] { return served.connections() == 0; }));
    CHECK(served.counters().accepted == 1000);
}

TEST_CASE("Without a descriptor left, accepting pauses and goes on later") {
#if defined(__SANITIZE_ADDRESS__)
    // UBSan asks the kernel through a pipe whether an object's memory is there, and takes "no descriptor" for
    // "no".
    MESSAGE("skipped: the sanitizer itself needs a descriptor");
    return;
#endif
    Served served;
    const auto folder = served.socket();
    std::vector<UniqueFd> taken;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit small{256, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &small) == 0);
    const UniqueFd kept(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    for (;;) {
        UniqueFd another(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!another) break;
        taken.push_back(std::move(another));
    }
    taken.pop_back();
    Client client(folder);
    client.send(get("/x"));
    REQUIRE(eventually([&] { return served.counters().accept_failures >= 2; }));
    CHECK(served.counters().accept_failures < 200);
    taken.clear();
    CHECK(client.receive().ends_with("GET /x "));
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("The socket is ours alone, a stale one is replaced and a living one is not") {
    TemporaryFolder folder;
    const auto path = folder.path() / "run" / "agent.sock";
    struct stat found {};
    {
        const auto old_mask = ::umask(0);
        const auto first = http::bind_unix_socket(path);
        ::umask(old_mask);
        REQUIRE(first.has_value());
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0600);
        REQUIRE(::stat(path.parent_path().c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0700);
        const auto second = http::bind_unix_socket(path);
        REQUIRE(!second);
        CHECK(second.error().code == ErrorCode::conflict);
    }
    CHECK(http::bind_unix_socket(path).has_value());
    std::filesystem::remove(path);
    const UniqueFd file(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    CHECK(http::bind_unix_socket(path).error().code == ErrorCode::conflict);
    CHECK(http::bind_unix_socket(folder.path() / std::string(200, 'a')).error().code ==
          ErrorCode::validation_error);
}

TEST_CASE("A descriptor that does not listen is refused") {
    Loop loop(1);
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(!http::Listener::start(loop, std::move(socket), {}, {}));
}
