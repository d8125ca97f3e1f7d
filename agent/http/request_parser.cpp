#include "agent/http/request_parser.hpp"

#include "common/ascii.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace mcpm::http {

namespace {

/// A declared length is a stranger's word: room is made for this much, the rest as it comes.
constexpr std::uint64_t reserve_limit = 64u << 10;
constexpr std::size_t header_count_limit = 128;
constexpr std::size_t usual_headers = 16;
/// "0\r\n\r\n": every chunked body has at least these bytes to come until it is whole.
constexpr std::size_t last_chunk = 5;

/// A line that begins with a blank goes on with the field before it (RFC 9112, 5.2): to some, not to others.
bool has_folded_field(std::string_view bytes) {
    const auto head = bytes.substr(0, bytes.find("\r\n\r\n"));
    for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
        if (at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t')) return true;
    }
    return false;
}

}  // namespace

RequestParser::RequestParser(std::size_t header_bytes, std::size_t body_bytes) {
    header_limit(static_cast<std::uint32_t>(header_bytes));
    body_limit(body_bytes);
    eager(true);
}

std::size_t RequestParser::put(boost::asio::const_buffer bytes, Code& code) {
    if (!is_header_done() && has_folded_field({static_cast<const char*>(bytes.data()), bytes.size()})) {
        code = boost::beast::http::error::bad_value;
        return 0;
    }
    // Beast 1.81 asserts that a last chunk comes back with five bytes when its first three were not enough: a
    // body without a chunk that trickles in would end a build with assertions.
    if (is_header_done() && chunked() && bytes.size() < last_chunk) {
        code = boost::beast::http::error::need_more;
        return 0;
    }
    return basic_parser::put(bytes, code);
}

void RequestParser::on_request_impl(Verb, View method, View target, int version, Code& code) {
    if (version != 10 && version != 11) {
        code = boost::beast::http::error::bad_version;
        return;
    }
    version_ = version;
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.headers.reserve(usual_headers);
}

/// RFC 9112, 6: Beast passes over a coding that it does not know, and takes "5, 5" for 5.
bool RequestParser::has_one_reading(Field field, View value, Code& code) {
    if (field == Field::transfer_encoding) {
        has_unknown_coding_ = !boost::beast::iequals(value, "chunked");
        if (has_unknown_coding_ || version_ == 10) code = boost::beast::http::error::bad_transfer_encoding;
    } else if (field == Field::content_length &&
               (!ascii::is_all_digits({value.data(), value.size()}) || request_.header("content-length"))) {
        code = boost::beast::http::error::bad_content_length;
    }
    return !code;
}

void RequestParser::on_field_impl(Field field, View name, View value, Code& code) {
    if (!in_header_) return;  // a trailer says nothing we would believe
    if (request_.headers.size() >= header_count_limit) {
        code = boost::beast::http::error::header_limit;
        return;
    }
    if (!has_one_reading(field, value, code)) return;
    if (field == Field::expect) {
        const bool known = boost::beast::iequals(value, "100-continue");
        expects_continue_ = known && version_ == 11;
        expects_unknown_ |= !known;
    }
    auto& header =
        request_.headers.emplace_back(std::piecewise_construct, std::tuple(name.data(), name.size()),
                                      std::tuple(value.data(), value.size()));
    for (char& letter : header.first) letter = ascii::lower(letter);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) {
    if (length) request_.body.reserve(static_cast<std::size_t>(std::min(*length, reserve_limit)));
}

std::size_t RequestParser::on_body_impl(View body, Code&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, Code&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

}  // namespace mcpm::http
