#include "agent/engine/frames.hpp"

#include <algorithm>

namespace mcpm::engine {

namespace {

/// No engine of today sends more than 32 KiB at once; anything larger than this is no frame.
constexpr std::uint32_t longest_frame = 64u << 20;

}  // namespace

Result<std::optional<Piece>> FrameSplitter::next(std::string_view& bytes) {
    if (framing_ == Framing::raw) {
        if (bytes.empty()) return std::optional<Piece>{};
        const Piece piece{Stream::output, bytes};
        bytes = {};
        return std::optional<Piece>(piece);
    }
    while (rest_ == 0) {
        while (filled_ < head_.size() && !bytes.empty()) {
            head_[filled_++] = static_cast<unsigned char>(bytes.front());
            bytes.remove_prefix(1);
        }
        if (filled_ < head_.size()) return std::optional<Piece>{};
        filled_ = 0;
        rest_ = std::uint32_t{head_[4]} << 24U | std::uint32_t{head_[5]} << 16U |
                std::uint32_t{head_[6]} << 8U | std::uint32_t{head_[7]};
        const bool is_head = head_[0] <= 3 && head_[1] == 0 && head_[2] == 0 && head_[3] == 0;
        if (!is_head || rest_ > longest_frame)
            return Error{ErrorCode::internal_error,
                         "read a container's output: the engine sent no valid frame"};
        if (head_[0] == 3)
            return Error{ErrorCode::unavailable, "read a container's output: the engine could not go on"};
        stream_ = head_[0] == 2 ? Stream::error : Stream::output;
    }
    if (bytes.empty()) return std::optional<Piece>{};
    const std::size_t length = std::min<std::size_t>(bytes.size(), rest_);
    const Piece piece{stream_, bytes.substr(0, length)};
    bytes.remove_prefix(length);
    rest_ -= static_cast<std::uint32_t>(length);
    return std::optional<Piece>(piece);
}

}  // namespace mcpm::engine
