#include "agent/engine/frame_stream.hpp"

#include <utility>

namespace mcpm::engine {

FrameStream::FrameStream(std::unique_ptr<http::ClientStream> stream, Framing framing)
    : stream_(std::move(stream)), splitter_(framing) {}

Task<Result<std::optional<Piece>>> FrameStream::read() {
    for (;;) {
        auto piece = splitter_.next(rest_);
        if (!piece || *piece) co_return piece;
        const auto bytes = co_await stream_->read();
        if (!bytes) co_return bytes.error();
        if (!*bytes) break;
        rest_ = **bytes;
    }
    if (!splitter_.is_between_frames())
        co_return Error{ErrorCode::unavailable, "read a container's output: it broke off within a frame"};
    co_return std::optional<Piece>{};
}

Task<Result<>> FrameStream::write(std::string_view bytes) {
    auto written = co_await stream_->write(bytes);
    co_return written;
}

void FrameStream::close() {
    stream_->close();
}

}  // namespace mcpm::engine
