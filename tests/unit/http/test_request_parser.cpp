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
