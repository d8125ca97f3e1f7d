// An HTTP/1.1 answer, taken apart as its bytes arrive: head, then a body of known length, in chunks, or up to
// the end of the connection. Pure and bounded; strict about everything that would let two readers disagree on
// where a message ends (RFC 9112). For common/local_http and agent/http.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm {

class HttpAnswer {
  public:
    /// Pieces of the body; false to stop.
    using Sink = std::function<bool(std::string_view)>;

    struct Form {
        bool has_body = true;            // false for the answer to HEAD
        bool may_switch = false;         // we asked to: after a 101 everything is body
        std::string from = "the agent";  // whose answer it is, for messages
    };
    HttpAnswer() : HttpAnswer(Form{}) {}
    explicit HttpAnswer(Form form) : form_(std::move(form)) {}

    /// The next bytes. internal_error when they are not an answer; nothing after that may be fed.
    Result<> feed(std::string_view bytes, const Sink& sink);
    /// The connection ended: fine only for a body without a given length.
    Result<> end();

    bool complete() const { return state_ == State::complete || state_ == State::stopped; }
    bool stopped() const { return state_ == State::stopped; }
    bool head_read() const { return state_ != State::head; }
    /// The connection may carry another request: nothing came behind this answer and nobody asked to close.
    bool can_go_on() const { return state_ == State::complete && !close_ && !surplus_; }

    unsigned status() const { return status_; }
    const std::string& content_type() const { return content_type_; }

  private:
    enum class State {
        head,
        sized,
        until_end,
        chunk_size,
        chunk_data,
        chunk_end,
        trailer,
        complete,
        stopped
    };

    Error malformed(std::string_view what) const;
    Result<> take_status_line(std::string_view line);
    Result<> take_field(std::string_view line);
    Result<> begin_body();
    Result<> take_line_of_chunks(std::string_view line);
    /// Moves a line (without its newline) from `bytes` to line_; false = it is not whole yet.
    Result<bool> gather_line(std::string_view& bytes);
    void give(std::string_view& bytes, const Sink& sink);

    State state_ = State::head;
    Form form_;
    std::string line_;  // an unfinished line
    std::size_t head_bytes_ = 0;
    std::uint64_t rest_ = 0;  // of the body or the chunk
    unsigned status_ = 0;
    bool status_seen_ = false;
    bool has_length_ = false;
    bool chunked_ = false;
    bool close_ = false;
    bool surplus_ = false;
    std::string content_type_;
};

}  // namespace mcpm
