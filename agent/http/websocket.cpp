#include "agent/http/websocket.hpp"

#include "agent/http/connection.hpp"
#include "agent/http/head.hpp"
#include "agent/http/session.hpp"
#include "common/base64.hpp"

#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace mcpm::http {

namespace {

namespace beast = boost::beast;
namespace ws = boost::beast::websocket;

constexpr std::size_t message_limit = 16u << 10;
/// An answer to our closing, and the handshake, may take so long.
constexpr std::chrono::seconds patience_at_end{3};

/// What Beast reads from and writes to: the connection's socket, after what came along with the request.
class ConnectionStream {
  public:
    using executor_type = Executor;

    explicit ConnectionStream(Connection& connection) : connection_(connection) {}

    executor_type get_executor() { return connection_.socket().get_executor(); }
    Connection& connection() { return connection_; }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        auto begin = [this](auto handler, const Buffers& into) {
            auto& early = connection_.buffer();
            if (early.size() == 0) return connection_.socket().async_read_some(into, std::move(handler));
            const auto copied = asio::buffer_copy(into, early.data());
            early.consume(copied);
            asio::post(get_executor(), beast::bind_handler(std::move(handler), beast::error_code(), copied));
        };
        return asio::async_initiate<Token, void(beast::error_code, std::size_t)>(std::move(begin), token,
                                                                                 buffers);
    }

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return connection_.socket().async_write_some(buffers, std::forward<Token>(token));
    }

  private:
    Connection& connection_;
};

// Beast finds these by the stream's namespace. The session closes the socket itself.
[[maybe_unused]] void teardown(beast::role_type, ConnectionStream& stream, beast::error_code& error) {
    stream.connection().finish_sending();
    error = {};
}

/// On its own limit of time.
void beast_close_socket(ConnectionStream& stream) {
    stream.connection().drop();
}

template <typename Handler>
void async_teardown(beast::role_type, ConnectionStream& stream, Handler&& handler) {
    stream.connection().finish_sending();
    asio::post(stream.get_executor(),
               beast::bind_handler(std::forward<Handler>(handler), beast::error_code()));
}

class ConnectionWebSocket final : public WebSocket {
  public:
    explicit ConnectionWebSocket(Connection& connection) : connection_(connection), stream_(connection) {
        stream_.read_message_max(message_limit);
        stream_.auto_fragment(false);
        stream_.text(true);
        stream_.set_option(ws::stream_base::timeout{patience_at_end, ws::stream_base::none(), false});
        stream_.control_callback([this](ws::frame_type type, beast::string_view) {
            if (type == ws::frame_type::pong) ++signs_of_life_;
        });
    }

    Task<bool> accept(const std::string& key) {
        beast::http::request<beast::http::empty_body> request(beast::http::verb::get, "/", 11);
        request.set(beast::http::field::host, "localhost");
        request.set(beast::http::field::connection, "Upgrade");
        request.set(beast::http::field::upgrade, "websocket");
        request.set(beast::http::field::sec_websocket_version, "13");
        request.set(beast::http::field::sec_websocket_key, key);
        const auto [error] = co_await stream_.async_accept(request, use_outcome);
        co_return !error;
    }

    Task<std::optional<std::string_view>> read() override {
        const Connection::Reading reading(connection_);
        message_.consume(message_.size());
        const auto [error, size] = co_await stream_.async_read(message_, use_outcome);
        if (error) {
            connection_.note_end();
            co_return std::nullopt;
        }
        ++signs_of_life_;
        if (!stream_.got_text()) {
            co_await close(ws::close_code::unknown_data, "texts are expected");
            co_return std::nullopt;
        }
        co_return std::string_view(static_cast<const char*>(message_.data().data()), size);
    }

    Task<bool> write(std::string_view text) override {
        connection_.wait_for_peer();
        const auto [error, size] =
            co_await stream_.async_write(asio::buffer(text.data(), text.size()), use_outcome);
        connection_.stop_waiting();
        co_return !error;
    }

    Task<bool> ping() override {
        connection_.wait_for_peer();
        const boost::beast::websocket::ping_data nothing;
        const auto [error] = co_await stream_.async_ping(nothing, use_outcome);
        connection_.stop_waiting();
        co_return !error;
    }

    std::uint64_t signs_of_life() const override { return signs_of_life_; }

    Task<> close(std::uint16_t code, std::string_view reason) override {
        if (connection_.is_gone()) co_return;
        const ws::close_reason why(static_cast<ws::close_code>(code),
                                   beast::string_view(reason.data(), reason.size()));
        (void)co_await stream_.async_close(why, use_outcome);  // a peer that is gone needs no word
        connection_.drop();
    }

    void drop() override { connection_.drop(); }

  private:
    Connection& connection_;
    ws::stream<ConnectionStream, false> stream_;
    beast::flat_buffer message_;
    std::uint64_t signs_of_life_ = 0;
};

Response wrong(std::string_view what) {
    return envelope(400, "VALIDATION_ERROR", what);
}

/// RFC 6455, 4.2.1: sixteen bytes in base64.
bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") &&
           key.substr(0, 22).find_first_not_of(base64::plain_digits) == std::string_view::npos;
}

}  // namespace

Response accept_websocket(const Request& request, std::function<Task<>(WebSocket&)> serve) {
    if (!asks_upgrade(request, "websocket")) {
        auto response = envelope(426, "VALIDATION_ERROR", "this is a WebSocket: Upgrade: websocket");
        response.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
        return response;
    }
    if (request.method != "GET") return wrong("opening a WebSocket: only GET does");
    if (request.header("sec-websocket-version") != std::string_view("13")) {
        auto response = envelope(426, "VALIDATION_ERROR", "opening a WebSocket: version 13 is spoken here");
        response.headers = {{"Sec-WebSocket-Version", "13"}, {"Upgrade", "websocket"}};
        return response;
    }
    const auto key = request.header("sec-websocket-key");
    if (!key || !is_key(*key)) return wrong("opening a WebSocket: Sec-WebSocket-Key is missing or wrong");
    Response response;
    response.status = 101;
    response.websocket_key = *key;
    response.websocket = std::move(serve);
    return response;
}

Task<> Session::run_websocket(Response& response) {
    connection_->upgrade(context_->limits.write_answer);
    ConnectionWebSocket socket(*connection_);
    const bool accepted = co_await socket.accept(response.websocket_key);
    if (!accepted) co_return;
    try {
        co_await response.websocket(socket);
    } catch (const std::exception& error) {
        if (!connection_->is_gone() && context_->report)
            context_->report("serving a WebSocket", error.what());
    }
}

}  // namespace mcpm::http
