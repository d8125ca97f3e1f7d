// Any bytes as a request, whole and byte by byte: both ways agree on the verdict and on what was read, and
// neither exceeds its limits.
#include "agent/http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t header_limit = 4096;
constexpr std::size_t body_limit = 1024;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Outcome {
    bool good = false;
    bool done = false;
    mcpm::http::Request request;
};

Outcome read(std::string_view bytes, std::size_t step) {
    mcpm::http::RequestParser parser(header_limit, body_limit);
    std::string pending;
    boost::beast::error_code failure;
    for (std::size_t at = 0; at < bytes.size() && !parser.is_done() && !failure; at += step) {
        pending += bytes.substr(at, step);
        while (!pending.empty() && !parser.is_done()) {
            const auto used = parser.put(boost::asio::buffer(pending), failure);
            require(used <= pending.size());
            pending.erase(0, used);
            if (failure == boost::beast::http::error::need_more) {
                failure = {};
                break;
            }
            if (failure || used == 0) break;
        }
    }
    return {!failure, parser.is_done(), std::move(parser.request())};
}

void check_limits(const mcpm::http::Request& request) {
    require(request.body.size() <= body_limit);
    std::size_t header = request.method.size() + request.target.size();
    for (const auto& [name, value] : request.headers) {
        require(std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
        require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        header += name.size() + value.size();
    }
    require(header <= header_limit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read(bytes, size + 1);
    const auto slow = read(bytes, 1);
    check_limits(whole.request);
    check_limits(slow.request);
    // A limit may be noticed earlier when the bytes come slowly; what was accepted is the same.
    if (!whole.done || !slow.done) return 0;
    require(whole.request.method == slow.request.method && whole.request.target == slow.request.target);
    require(whole.request.headers == slow.request.headers && whole.request.body == slow.request.body);
    return 0;
}
