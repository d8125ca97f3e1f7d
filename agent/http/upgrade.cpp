// What a session does once its connection is no longer HTTP.
#include "agent/http/session.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace mcpm::http {

namespace {

/// Most messages are small and most connections silent: a large buffer only while large pieces come.
constexpr std::size_t small_piece = 4u << 10;
constexpr std::size_t large_piece = 64u << 10;

iovec part_of(std::string_view bytes) {
    return iovec{const_cast<char*>(bytes.data()), bytes.size()};
}

class ConnectionDuplex final : public Duplex {
  public:
    explicit ConnectionDuplex(Connection& connection) : connection_(connection) {}

    Task<std::optional<std::string_view>> read() override {
        auto& buffer = connection_.buffer();
        buffer.consume(given_);
        const std::size_t wanted = given_ >= small_piece ? large_piece : small_piece;
        if (buffer.size() == 0) {
            if (wanted == small_piece && buffer.capacity() > small_piece) buffer.shrink_to_fit();
            const auto filled = co_await connection_.fill(wanted);
            if (filled != Connection::Fill::some) {
                given_ = 0;
                connection_.note_end();
                co_return std::nullopt;
            }
        }
        given_ = std::min(buffer.size(), large_piece);
        co_return std::string_view(static_cast<const char*>(buffer.data().data()), given_);
    }

    Task<bool> write(std::string_view bytes) override {
        std::array<iovec, 1> parts{part_of(bytes)};
        const bool whole = co_await connection_.send(parts);
        co_return whole;
    }

    Task<> closed() override { return connection_.closed(); }

  private:
    Connection& connection_;
    std::size_t given_ = 0;  // of the buffer, to the reader
};

}  // namespace

Task<> Session::run_upgraded(Response& response) {
    head_.clear();
    append_head(head_, response, Framing::upgraded, 0, After::keep);
    connection_->upgrade(context_->limits.write_answer);
    std::array<iovec, 1> head{part_of(head_)};
    const bool begun = co_await connection_->send(head);
    if (!begun) co_return;
    ConnectionDuplex duplex(*connection_);
    try {
        co_await response.upgrade(duplex);
    } catch (const std::exception& error) {
        if (!connection_->is_gone() && context_->report)
            context_->report("serving an upgraded connection", error.what());
    }
}

}  // namespace mcpm::http
