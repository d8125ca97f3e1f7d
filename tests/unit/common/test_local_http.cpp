#include "common/http_answer.hpp"
#include "common/local_http.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

/// An agent that says what it was told to: one text per connection, written in pieces, then closed.
class ScriptedAgent {
  public:
    struct Visit {
        std::vector<std::string> pieces;
        std::size_t requests = 1;  // heads read before it answers
    };

    explicit ScriptedAgent(std::vector<Visit> visits) {
        char folder[] = "/tmp/mcpm-test-XXXXXX";
        REQUIRE(::mkdtemp(folder) != nullptr);
        folder_ = folder;
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path().data(), path().size());
        listener_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_.get(), 8) == 0);
        thread_ = std::thread(serve, listener_.get(), std::move(visits), &seen_);
    }
    ~ScriptedAgent() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        std::filesystem::remove_all(folder_);
    }

    std::string path() const { return folder_ + "/agent.sock"; }
    /// What was read; after the last visit has ended.
    const std::string& seen() {
        thread_.join();
        return seen_;
    }

  private:
    static void serve(int listener, std::vector<Visit> visits, std::string* seen) {
        for (const Visit& visit : visits) {
            const UniqueFd client(::accept(listener, nullptr, nullptr));
            if (!client) return;
            std::size_t heads = 0;
            std::string read;
            std::array<char, 4096> buffer{};
            while (heads < visit.requests) {
                const ssize_t got = ::read(client.get(), buffer.data(), buffer.size());
                if (got <= 0) break;
                read.append(buffer.data(), static_cast<std::size_t>(got));
                heads = 0;
                for (std::size_t at = read.find("\r\n\r\n"); at != std::string::npos;
                     at = read.find("\r\n\r\n", at + 4))
                    ++heads;
            }
            *seen += read;
            for (const std::string& piece : visit.pieces)
                if (::send(client.get(), piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
        }
    }

    std::string folder_;
    UniqueFd listener_;
    std::thread thread_;
    std::string seen_;
};

Result<LocalResponse> ask(std::vector<std::string> pieces, LocalRequest request = {"GET", "/api/x"}) {
    ScriptedAgent agent({{std::move(pieces)}});
    auto http = LocalHttp::connect(agent.path());
    REQUIRE(http.has_value());
    return http->send(request, 10s);
}

/// All of an answer in one go and byte by byte: both must agree.
std::string body_of(std::string_view bytes, bool* failed = nullptr) {
    std::array<std::string, 2> bodies;
    std::array<bool, 2> bad{};
    for (std::size_t way = 0; way < 2; ++way) {
        HttpAnswer answer;
        const auto take = [&](std::string_view piece) {
            bodies[way].append(piece);
            return true;
        };
        for (std::size_t at = 0; at < bytes.size() && !bad[way]; at += way == 0 ? bytes.size() : 1)
            bad[way] = answer.feed(way == 0 ? bytes : bytes.substr(at, 1), take).has_error();
        if (!bad[way]) bad[way] = answer.end().has_error();
    }
    CHECK(bad[0] == bad[1]);
    if (!bad[0]) CHECK(bodies[0] == bodies[1]);
    if (failed != nullptr) *failed = bad[0];
    return bodies[0];
}

}  // namespace

TEST_CASE("An answer with a length, in chunks or up to the end is read whole") {
    CHECK(ask({"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhe", "llo"})
              ->body == "hello");
    CHECK(ask({"HTTP/1.1 200 OK\r\nTransfer-Enc", "oding: chunked\r\n\r\n5;x=y\r\nhel",
               "lo\r\n3\r\n!!!\r\n0\r\nT: v\r\n\r\n"})
              ->body == "hello!!!");
    const auto closed =
        ask({"HTTP/1.0 404 Not Found\r\ncontent-type:  text/plain \r\n\r\nno", " such"}).value();
    CHECK(closed.status == 404);
    CHECK(closed.content_type == "text/plain");
    CHECK(closed.body == "no such");
    CHECK(ask({"HTTP/1.1 204 No Content\r\n\r\n"})->body.empty());
    CHECK(ask({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"})->body == "x");
    CHECK(ask({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}, {"HEAD", "/"})->body.empty());
}

TEST_CASE("The request has what it needs, and the connection is kept for the next") {
    ScriptedAgent agent({{{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"}, 1}});
    auto http = LocalHttp::connect(agent.path()).value();
    CHECK(http.send({"POST", "/api/servers?x=1", "{\"a\":1}"}, 10s)->body == "a");
    CHECK(http.send({"GET", "/"}, 10s).error().code == ErrorCode::unavailable);
    CHECK(http.send({"GET", "/"}, 10s).error().message.find("closed") != std::string::npos);
    CHECK(agent.seen() ==
          "POST /api/servers?x=1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
          "application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    ScriptedAgent other({{{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"}},
                         {{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nb"}}});
    CHECK(LocalHttp::connect(other.path())->send({"POST", "/x"}, 0ms)->body == "a");
    CHECK(LocalHttp::connect(other.path())->send({"GET", "/x"}, 10s)->body == "b");
    CHECK(other.seen().find("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\nGET") == 0);
}

TEST_CASE("A stream gives pieces as they arrive until its reader has enough") {
    ScriptedAgent agent(
        {{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"}},
         {{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabcdef"}},
         {{"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"}}});
    std::string got;
    const auto all = LocalHttp::connect(agent.path())->stream({"GET", "/s"}, [&](std::string_view piece) {
        got.append(piece);
        return true;
    });
    CHECK(got == "abcd");
    CHECK(all->body.empty());
    CHECK(LocalHttp::connect(agent.path())
              ->stream({"GET", "/s"}, [](std::string_view) { return false; })
              ->status == 200);
    const auto missing =
        LocalHttp::connect(agent.path())->stream({"GET", "/s"}, [](std::string_view) { return true; });
    CHECK(missing->status == 404);
    CHECK(missing->body == "no");
}

TEST_CASE("A large request is written to an agent that reads slowly, a refusal of it is heard") {
    const std::string body(4UL << 20U, 'x');
    CHECK(ask({"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 2\r\n\r\nno"}, {"POST", "/x", body})
              ->status == 413);
}

TEST_CASE("Silence is timed out, nobody at home is unavailable") {
    char folder[] = "/tmp/mcpm-test-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/s";
    CHECK(LocalHttp::connect(path).error().code == ErrorCode::unavailable);
    CHECK(LocalHttp::connect(path).error().message.find("No such file") != std::string::npos);
    CHECK(LocalHttp::connect(std::string(200, 'x')).error().code == ErrorCode::validation_error);
    const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener.get(), 1) == 0);
    CHECK(LocalHttp::connect(path)->send({"GET", "/"}, 1ms).error().code == ErrorCode::timed_out);
    const std::string body(8UL << 20U, 'x');
    CHECK(LocalHttp::connect(path)->send({"POST", "/", body}, 1ms).error().code == ErrorCode::timed_out);
    std::filesystem::remove_all(folder);
}

TEST_CASE("A target that is not encoded never reaches the wire") {
    for (const char* target : {"", "x", "/a b", "/a\r\nX: y"})
        CHECK(ask({}, {"GET", target}).error().code == ErrorCode::validation_error);
}

TEST_CASE("An answer cut short is unavailable") {
    for (const char* answer : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"})
        CHECK(ask({answer}).error().code == ErrorCode::unavailable);
}

TEST_CASE("Every malformed answer is refused, in whatever pieces it comes") {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    for (const std::string& answer : {std::string("\r\n\r\n"),
                                      std::string("HTTP/2 200 OK\r\n\r\n"),
                                      std::string("HTTP/1.1 20 OK\r\n\r\n"),
                                      std::string("HTTP/1.1 999 X\r\n\r\n"),
                                      std::string("SSH-2.0-OpenSSH_9\r\n\r\n"),
                                      std::string("HTTP/1.1 101 S\r\n\r\n"),
                                      ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                                      ok + "Content-Length: -1\r\n\r\n",
                                      ok + "Content-Length: 99999999999999999999\r\n\r\n",
                                      ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                                      ok + "Transfer-Encoding: gzip\r\n\r\n",
                                      ok + ": x\r\n\r\n",
                                      ok + "novalue\r\n\r\n",
                                      ok + "A B: x\r\n\r\n",
                                      ok + "X: a\rb\r\n\r\n",
                                      ok + "X: " + std::string(20000, 'x') + "\r\n\r\n",
                                      ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
                                      ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
                                      ok + "Transfer-Encoding: chunked\r\n\r\n\r\n",
                                      ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n"}) {
        CAPTURE(answer.substr(0, 120));
        bool failed = false;
        body_of(answer, &failed);
        CHECK(failed);
    }
    std::string many = ok;
    for (int i = 0; i < 5000; ++i) many += "X-" + std::to_string(i) + ": some header value\r\n";
    bool failed = false;
    body_of(many + "\r\n", &failed);
    CHECK(failed);
    std::string trailers = ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
    for (int i = 0; i < 200; ++i) trailers += "T: v\r\n";
    body_of(trailers + "\r\n", &failed);
    CHECK(failed);
    CHECK(ask({"rubbish\r\n\r\n"}).error().message.find("malformed") != std::string::npos);
}

TEST_CASE("Bytes behind an answer end the connection's use") {
    HttpAnswer answer;
    CHECK(answer
              .feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200",
                    [](std::string_view) { return true; })
              .has_value());
    CHECK(answer.complete());
    CHECK(answer.head_read());
    CHECK_FALSE(answer.stopped());
    CHECK_FALSE(answer.can_go_on());
}

TEST_CASE("All but unreserved characters is percent-encoded") {
    CHECK(percent_encode("a-b._~Z9 /%ü") == "a-b._~Z9%20%2F%25%C3%BC");
}
