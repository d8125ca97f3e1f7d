#include "agent/http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace mcpm::http;

namespace {

struct Read {
    bool done = false;
    std::string body;
    std::string left;  // bytes that were not taken
};

/// As a connection does it: what was not taken comes again with the next `step` bytes.
Read read(std::string_view bytes, std::size_t step) {
    RequestParser parser(4096, 1024);
    Read result;
    boost::beast::error_code failure;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        result.left += bytes.substr(at, step);
        std::size_t used = 1;
        while (used > 0 && !result.left.empty() && !parser.is_done()) {
            used = parser.put(boost::asio::buffer(result.left), failure);
            result.left.erase(0, used);
            if (failure && failure != boost::beast::http::error::need_more) return result;
        }
    }
    result.done = parser.is_done();
    result.body = parser.request().body;
    return result;
}

constexpr std::string_view head = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("A chunked body is whole however thinly it trickles in") {
    for (const std::size_t step : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 100u}) {
        CAPTURE(step);
        const auto none = read(std::string(head) + "0\r\n\r\n", step);
        CHECK(none.done);
        CHECK(none.body.empty());
        const auto some = read(std::string(head) + "3\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n", step);
        CHECK(some.done);
        CHECK(some.body == "abcd");
    }
}

TEST_CASE("What follows a chunked request is left for the next one") {
    const auto first = read(std::string(head) + "1\r\na\r\n0\r\n\r\nGET", 1000);
    CHECK(first.done);
    CHECK(first.left == "GET");
}

namespace {

/// What becomes of a request with these fields: "taken", "unknown coding" (501) or "refused" (400).
std::string framed(std::string_view fields, std::string_view version = "HTTP/1.1") {
    RequestParser parser(4096, 1024);
    std::string bytes = "POST /x " + std::string(version) + "\r\nHost: x\r\n" + std::string(fields) + "\r\n";
    bytes += "0\r\n\r\n";  // an empty body to all readings
    boost::beast::error_code failure;
    parser.put(boost::asio::buffer(bytes), failure);
    if (!failure || failure == boost::beast::http::error::need_more) return "taken";
    return parser.has_unknown_coding() ? "unknown coding" : "refused";
}

}  // namespace

TEST_CASE("What says where a body ends has one reading, or is refused") {
    CHECK(framed("Transfer-Encoding: chunked\r\n") == "taken");
    CHECK(framed("transfer-encoding:   Chunked  \r\n") == "taken");
    CHECK(framed("Content-Length: 5\r\n") == "taken");
    CHECK(framed("Content-Length: 0\r\n") == "taken");
    for (const char* coding :
         {"xchunked", "chunked, identity", "identity", "gzip, chunked", "chunked, chunked", "chunked;q=1",
          "\"chunked\"", "chunked chunked", ",chunked", "x",
          "\x0b"
          "chunked"}) {
        CAPTURE(coding);
        CHECK(framed("Transfer-Encoding: " + std::string(coding) + "\r\n") != "taken");
    }
    CHECK(framed("Transfer-Encoding: xchunked\r\n") == "unknown coding");
    CHECK(framed("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n") == "unknown coding");
    for (const char* fields : {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                               "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                               "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                               "Content-Length: 5\r\nContent-Length: 5\r\n",
                               "Content-Length: 5\r\nContent-Length: 6\r\n",
                               "Content-Length: 5, 5\r\n",
                               "Content-Length: +5\r\n",
                               "Content-Length: 0x5\r\n",
                               "Content-Length: -0\r\n",
                               "Content-Length: \r\n",
                               "Content-Length: 5 5\r\n",
                               "Content-Length: 99999999999999999999\r\n",
                               "Transfer-Encoding:\r\n chunked\r\n",
                               "X: a\r\n\tb\r\n",
                               "Content-Length : 5\r\n",
                               " Content-Length: 5\r\n",
                               "Transfer-Encoding : chunked\r\n",
                               "X: a\nContent-Length: 5\r\n",
                               "X: a\rContent-Length: 5\r\n",
                               "Content\x0bLength: 5\r\n"}) {
        CAPTURE(fields);
        CHECK(framed(fields) != "taken");
    }
    CHECK(framed("Transfer-Encoding: chunked\r\n", "HTTP/1.0") == "refused");
}

TEST_CASE("An expectation that nobody can meet stays one, whatever follows") {
    RequestParser parser(4096, 1024);
    const std::string bytes =
        "POST /x HTTP/1.1\r\nExpect: magic\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    boost::beast::error_code failure;
    parser.put(boost::asio::buffer(bytes), failure);
    CHECK(parser.expects_unknown());
}
