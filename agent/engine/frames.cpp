#include "agent/engine/frames.hpp"

#include "common/units.hpp"

#include <algorithm>
#include <string>

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

std::optional<std::uint64_t> take_log_time(std::string_view& line) {
    // RFC 3339 with up to nine digits of a second, "Z" or an offset (Podman), and a space.
    constexpr std::size_t seconds_end = 19;
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space <= seconds_end || space > 40) return std::nullopt;
    std::string_view text = line.substr(0, space);
    std::uint64_t fraction = 0;
    std::string whole(text.substr(0, seconds_end));
    std::size_t at = seconds_end;
    if (text[at] == '.') {
        std::uint64_t unit = 100'000'000;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            fraction += unit * static_cast<unsigned>(text[at] - '0');
    }
    whole += text.substr(at);
    const auto time = parse_time(whole);
    if (!time || time->time_since_epoch().count() < 0) return std::nullopt;
    line.remove_prefix(space + 1);
    return static_cast<std::uint64_t>(time->time_since_epoch().count()) * 1'000'000 + fraction;
}

}  // namespace mcpm::engine
