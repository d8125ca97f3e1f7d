#include "agent/http/head.hpp"
#include "agent/http/message.hpp"
#include "agent/http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::http;

namespace {

boost::beast::error_code feed(RequestParser& parser, std::string_view text, std::size_t step) {
    std::string pending;
    boost::beast::error_code failure;
    for (std::size_t at = 0; at < text.size() && !parser.is_done(); at += step) {
        pending += text.substr(at, step);
        for (;;) {
            const auto used = parser.put(asio::buffer(pending), failure);
            pending.erase(0, used);
            if (failure == boost::beast::http::error::need_more) failure = {};
            if (failure || used == 0 || parser.is_done() || pending.empty()) break;
        }
        if (failure) break;
    }
    return failure;
}

}  // namespace

TEST_CASE("A request is the same whether it comes whole or byte by byte") {
    for (const std::size_t step : {1u, 2u, 7u, 4096u}) {
        CAPTURE(step);
        RequestParser parser(1024, 1024);
        const auto failure =
            feed(parser,
                 "POST /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-TYPE: application/json\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\nLate: 1\r\n\r\n",
                 step);
        CHECK(!failure);
        REQUIRE(parser.is_done());
        const auto& request = parser.request();
        CHECK(request.method == "POST");
        CHECK(request.target == "/x?y=1");
        CHECK(request.body == "abcdefg");
        CHECK(request.header("content-type") == "application/json");
        CHECK_FALSE(request.header("late").has_value());
    }
}

TEST_CASE("A body beyond the limit is refused with and without its length") {
    RequestParser declared(1024, 10);
    CHECK(feed(declared, "POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", 4096) ==
          boost::beast::http::error::body_limit);
    RequestParser chunked(1024, 10);
    CHECK(feed(chunked,
               "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n",
               4096) == boost::beast::http::error::body_limit);
}

TEST_CASE("A length given together with chunks is refused") {
    RequestParser parser(1024, 100);
    CHECK(feed(parser, "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
               4096));
}

TEST_CASE("Too many fields are refused though their bytes are few") {
    std::string text = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 200; ++i) text += "a: b\r\n";
    RequestParser parser(16u << 10, 100);
    CHECK(feed(parser, text + "\r\n", 4096) == boost::beast::http::error::header_limit);
}

TEST_CASE("A value in an answer's head cannot begin a new line") {
    Response response;
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"a\r\nX-Evil: 1\"");
    std::string head;
    append_head(head, response, Framing::length, 0, After::keep);
    CHECK(head.find("\r\nX-Evil") == std::string::npos);
    CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("An answer's head says its length, how it ends, and that nobody may sniff or keep it") {
    Response response;
    response.status = 404;
    std::string head;
    append_head(head, response, Framing::length, 12, After::close);
    CHECK(head.starts_with("HTTP/1.1 404 Not Found\r\n"));
    CHECK(head.find("Content-Length: 12\r\n") != std::string::npos);
    CHECK(head.find("Connection: close\r\n") != std::string::npos);
    CHECK(head.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
    CHECK(head.find("Cache-Control: no-store\r\n") != std::string::npos);
}

TEST_CASE("Parameters and fields that are not there are nothing") {
    const Request request;
    CHECK_FALSE(request.header("host").has_value());
    CHECK_FALSE(request.parameter("tail").has_value());
}

TEST_CASE("A request for another protocol is recognised by both of its fields, in any case of letters") {
    const auto asks = [](std::string connection, std::string upgrade) {
        Request request;
        request.headers = {{"connection", std::move(connection)}, {"upgrade", std::move(upgrade)}};
        return asks_upgrade(request, "mcp-stdio");
    };
    CHECK(asks("Upgrade", "mcp-stdio"));
    CHECK(asks("keep-alive,  upgrade", "websocket, MCP-stdio"));
    CHECK_FALSE(asks("Upgrade", "mcp-stdio2"));
    CHECK_FALSE(asks("keep-alive", "mcp-stdio"));
    CHECK_FALSE(asks("", ""));
    CHECK_FALSE(asks_upgrade(Request{}, "mcp-stdio"));
}

TEST_CASE("The head of an upgrade names the protocol and no body") {
    const auto response = switch_to("mcp-stdio", [](Duplex&) -> Task<> { co_return; });
    std::string head;
    append_head(head, response, Framing::upgraded, 0, After::keep);
    CHECK(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    CHECK(head.find("\r\nConnection: Upgrade\r\n") != std::string::npos);
    CHECK(head.find("\r\nUpgrade: mcp-stdio\r\n") != std::string::npos);
    CHECK(head.find("Content-") == head.find("Content-Type-Options"));
}
