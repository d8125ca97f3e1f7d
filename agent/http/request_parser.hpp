// Bytes -> one Request, by Beast's parser, straight into our struct: no second copy of fields or body. What a
// proxy before us could read otherwise (another transfer coding, two lengths, a folded field) is refused.
// One parser per request; Beast does not allow reuse.
#pragma once

#include "agent/http/message.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
  public:
    RequestParser(std::size_t header_bytes, std::size_t body_bytes);

    using Code = boost::beast::error_code;

    /// Takes what it can from the front of `bytes` and says how much. Call again with the rest and what came
    /// since.
    std::size_t put(boost::asio::const_buffer bytes, Code& code);

    /// What was parsed so far; whole when is_done().
    Request& request() { return request_; }
    int http_version() const { return version_; }
    /// The client waits for a word before it sends its body ("Expect: 100-continue").
    bool expects_continue() const { return expects_continue_; }
    /// An expectation that nobody can meet: 417.
    bool expects_unknown() const { return expects_unknown_; }
    /// A transfer coding that is not spoken here: 501. Where the body ends is then anybody's guess.
    bool has_unknown_coding() const { return has_unknown_coding_; }

  private:
    using View = boost::beast::string_view;
    using Verb = boost::beast::http::verb;
    using Field = boost::beast::http::field;

    /// Whether a field that says where the body ends has exactly one reading; else `code` says why not.
    bool has_one_reading(Field field, View value, Code& code);

    void on_request_impl(Verb, View method, View target, int version, Code& code) override;
    void on_response_impl(int, View, int, Code&) override {}
    void on_field_impl(Field field, View name, View value, Code& code) override;
    void on_header_impl(Code&) override { in_header_ = false; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override;
    std::size_t on_body_impl(View body, Code&) override;
    void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, Code&) override;
    void on_finish_impl(Code&) override {}

    Request request_;
    int version_ = 11;
    bool in_header_ = true;
    bool expects_continue_ = false;
    bool expects_unknown_ = false;
    bool has_unknown_coding_ = false;
};

}  // namespace mcpm::http
