#include "agent/http/session.hpp"

#include "agent/http/target.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <utility>

namespace mcpm::http {

namespace {

namespace parse_error = boost::beast::http;

constexpr std::size_t head_piece = 4u << 10;
constexpr std::size_t body_piece = 64u << 10;
/// A buffer or head that grew beyond this is given back after its request.
constexpr std::size_t kept_bytes = 64u << 10;
constexpr std::chrono::seconds linger{2};

iovec part_of(std::string_view bytes) {
    return iovec{const_cast<char*>(bytes.data()), bytes.size()};
}

Response refusal_for(const RequestParser& parser, const boost::beast::error_code& failure) {
    if (parser.has_unknown_coding()) {
        return envelope(501, "VALIDATION_ERROR",
                        "reading the request: chunked is the only transfer coding that is spoken here");
    }
    if (failure == parse_error::error::header_limit) {
        return envelope(431, "VALIDATION_ERROR", "reading the request: its header is too large");
    }
    if (failure == parse_error::error::body_limit) {
        return envelope(413, "PAYLOAD_TOO_LARGE", "reading the request: its body is too large");
    }
    if (failure == parse_error::error::bad_version) {
        return envelope(505, "VALIDATION_ERROR",
                        "reading the request: only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    return envelope(400, "VALIDATION_ERROR",
                    "reading the request: not well-formed HTTP (" + failure.message() + ")");
}

/// Writes a body piece by piece, chunked for HTTP/1.1, up to the connection's end for HTTP/1.0.
class StreamWriter final : public BodyWriter {
  public:
    StreamWriter(Connection& connection, Framing framing) : connection_(connection), framing_(framing) {}

    Task<bool> write(std::string_view bytes) override {
        if (bytes.empty()) co_return !connection_.is_gone();
        std::array<char, 18> length{};
        auto* end = std::to_chars(length.data(), length.data() + 16, bytes.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        std::array<iovec, 3> parts{iovec{length.data(), static_cast<std::size_t>(end - length.data())},
                                   part_of(bytes), part_of("\r\n")};
        std::span<iovec> sent(parts);
        if (framing_ != Framing::chunked) sent = sent.subspan(1, 1);
        const bool whole = co_await connection_.send(sent);
        co_return whole;
    }

    Task<> closed() override { return connection_.closed(); }

  private:
    Connection& connection_;
    Framing framing_;
};

}  // namespace

Session::Session(std::shared_ptr<Connection> connection, std::shared_ptr<SessionContext> context)
    : connection_(std::move(connection)), context_(std::move(context)) {}

Task<> Session::run() {
    for (;;) {
        const Next next = co_await serve_one();
        if (next == Next::close) co_return;
    }
}

Task<> Session::refuse() {
    const Response refusal =
        envelope(503, "UNAVAILABLE", "accepting the connection: too many are open, try again");
    co_await refuse_and_linger(refusal);
}

/// True when bytes were used up or the request is whole; false when more bytes are needed or it was refused.
bool Session::parse_some(RequestParser& parser, Response& refusal) {
    auto& buffer = connection_->buffer();
    if (buffer.size() == 0) return false;
    boost::beast::error_code failure;
    const auto used = parser.put(buffer.data(), failure);
    buffer.consume(used);
    if (failure && failure != parse_error::error::need_more) {
        refusal = refusal_for(parser, failure);
        return false;
    }
    // A chunk's own line is kept whole by the parser; nobody needs one this long.
    if (used == 0 && parser.is_header_done() && buffer.size() > context_->limits.header_bytes) {
        refusal = envelope(400, "VALIDATION_ERROR", "reading the request: the line of a chunk is too long");
        return false;
    }
    return used > 0;
}

/// What the target says, and who asks; once for each request. An answer: the target says nothing.
std::optional<Response> Session::read_target(Request& request, const Peer& peer) {
    auto target = parse_target(request.target);
    if (!target) return envelope(400, "VALIDATION_ERROR", target.error().message);
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    request.peer = peer;
    return std::nullopt;
}

/// A body may be large, and who may not ask need not send it.
std::optional<Response> Session::check_head(Request& head) {
    if (auto refusal = read_target(head, connection_->peer())) return refusal;
    if (!context_->head_check) return std::nullopt;
    return context_->head_check(head);
}

Task<Session::Read> Session::read_request(Response& refusal) {
    RequestParser& parser = *parser_;
    refusal.status = 0;
    bool continued = false;
    bool checked = false;
    for (;;) {
        while (!parser.is_done() && parse_some(parser, refusal)) {
        }
        if (refusal.status != 0) co_return Read::refused;
        if (parser.is_done()) {
            if (auto answer = checked ? std::nullopt : read_target(parser.request(), connection_->peer()))
                refusal = std::move(*answer);
            co_return Read::whole;
        }
        if (parser.is_header_done() && parser.expects_unknown()) {
            refusal = envelope(417, "VALIDATION_ERROR", "reading the request: the expectation cannot be met");
            co_return Read::refused;
        }
        if (parser.is_header_done() && !std::exchange(checked, true)) {
            if (auto answer = check_head(parser.request())) {
                refusal = std::move(*answer);
                co_return Read::refused;
            }
            if (connection_->is_known()) reading_until(context_->limits.read_request);
        }
        if (parser.is_header_done() && parser.expects_continue() && !std::exchange(continued, true)) {
            connection_->send_now("HTTP/1.1 100 Continue\r\n\r\n");
        }
        const bool begun = parser.got_some();
        if (begun && connection_->phase() != Connection::Phase::reading) {
            reading_until(patience(context_->limits.read_request));
        }
        const auto filled = co_await connection_->fill(parser.is_header_done() ? body_piece : head_piece);
        if (filled == Connection::Fill::some) continue;
        if (!begun) co_return Read::ended;
        refusal = filled == Connection::Fill::expired
                      ? envelope(408, "TIMED_OUT", "reading the request: it did not come to its end in time")
                      : envelope(400, "VALIDATION_ERROR", "reading the request: it ended in the middle");
        co_return Read::refused;
    }
}

void Session::reading_until(std::chrono::seconds from_now) {
    connection_->set_phase(Connection::Phase::reading, Clock::now() + from_now);
}

std::chrono::seconds Session::patience(std::chrono::seconds of_known) const {
    return connection_->is_known() ? of_known : std::min(of_known, context_->limits.newcomer);
}

Response Session::failed(const Request& request, const std::exception& error) const {
    if (context_->report) context_->report(request.method + " " + request.path, error.what());
    return envelope(500, "INTERNAL_ERROR",
                    "answering the request: something unexpected happened in the agent");
}

Task<Session::Next> Session::serve_one() {
    connection_->set_phase(Connection::Phase::idle, Clock::now() + patience(context_->limits.idle));
    parser_.emplace(context_->limits.header_bytes, context_->limits.body_bytes);
    Response response;
    const auto read = co_await read_request(response);
    if (read == Read::ended) co_return Next::close;
    if (read == Read::refused) {
        co_await refuse_and_linger(response);
        co_return Next::close;
    }
    ++context_->requests;
    Request& request = parser_->request();
    const int version = parser_->http_version();
    bool keep = parser_->keep_alive();
    const bool is_head = request.method == "HEAD";
    connection_->set_phase(Connection::Phase::handling);
    if (response.status == 0) {
        connection_->watch();
        try {
            response = co_await context_->endpoint(request);
        } catch (const std::exception& error) {
            if (connection_->is_gone()) throw;
            response = failed(request, error);
        }
    }
    keep = keep && !connection_->is_closing();
    if ((response.upgrade || response.websocket) && (version != 11 || is_head)) {
        response = envelope(400, "VALIDATION_ERROR",
                            "upgrading the connection: this takes a request of HTTP/1.1 that is not HEAD");
    }
    if (response.upgrade) {
        co_await run_upgraded(response);
        co_return Next::close;
    }
    if (response.websocket) {
        co_await run_websocket(response);
        co_return Next::close;
    }
    bool whole = false;
    if (response.stream && !is_head) {
        keep = keep && version == 11;
        whole = co_await write_stream(response, version, keep ? After::keep : After::close);
    } else {
        if (version == 10 && keep) response.headers.emplace_back("Connection", "keep-alive");
        auto parts = begin_whole(response, !is_head, keep ? After::keep : After::close);
        std::span<iovec> rest(parts);
        const auto sent = connection_->send_at_once(rest);
        whole = sent == Connection::Sent::all;
        if (sent == Connection::Sent::part) whole = co_await connection_->send(rest);
        give_back_buffer();
    }
    co_return whole&& keep ? Next::request : Next::close;
}

Session::Parts Session::begin_whole(const Response& response, bool with_body, After after) {
    head_.clear();
    const auto framing = response.stream ? Framing::chunked : Framing::length;
    append_head(head_, response, framing, response.body.size(), after);
    connection_->set_phase(Connection::Phase::writing, Clock::now() + context_->limits.write_answer);
    return {part_of(head_), part_of(with_body ? std::string_view(response.body) : "")};
}

void Session::give_back_buffer() {
    auto& buffer = connection_->buffer();
    if (buffer.size() == 0 && buffer.capacity() > kept_bytes) buffer.shrink_to_fit();
}

Task<bool> Session::write_stream(const Response& response, int http_version, After after) {
    const auto framing = http_version == 11 ? Framing::chunked : Framing::until_close;
    head_.clear();
    append_head(head_, response, framing, 0, after);
    connection_->set_phase(Connection::Phase::streaming);
    connection_->watch();
    std::array<iovec, 1> head{part_of(head_)};
    const bool begun = co_await connection_->send(head);
    if (!begun) co_return false;
    StreamWriter writer(*connection_, framing);
    try {
        co_await response.stream(writer);
    } catch (const std::exception& error) {
        // The peer sees the missing end; the head has already promised success.
        if (!connection_->is_gone() && context_->report)
            context_->report("streaming an answer", error.what());
        co_return false;
    }
    if (framing != Framing::chunked) co_return true;
    connection_->set_phase(Connection::Phase::writing, Clock::now() + context_->limits.write_answer);
    std::array<iovec, 1> last{part_of("0\r\n\r\n")};
    const bool whole = co_await connection_->send(last);
    co_return whole;
}

Task<> Session::refuse_and_linger(const Response& refusal) {
    head_.clear();
    append_head(head_, refusal, Framing::length, refusal.body.size(), After::close);
    head_ += refusal.body;
    connection_->send_now(head_);
    connection_->finish_sending();
    // Closing on unread bytes would reset the connection and could take the refusal with it.
    connection_->set_phase(Connection::Phase::lingering, Clock::now() + linger);
    for (;;) {
        connection_->buffer().consume(connection_->buffer().size());
        const auto filled = co_await connection_->fill(body_piece);
        if (filled != Connection::Fill::some) co_return;
    }
}

}  // namespace mcpm::http
