// The engine's multiplexed stream: 8 bytes (stream, three zeros, length big-endian), then that many bytes.
// Pure, holds no body. Source: "Stream format" of POST /containers/{id}/attach.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mcpm::engine {

enum class Framing { multiplexed, raw };
enum class Stream { output, error };

struct Piece {
    Stream stream = Stream::output;
    std::string_view bytes;
};

class FrameSplitter {
  public:
    explicit FrameSplitter(Framing framing) : framing_(framing) {}

    /// Takes from the front of `bytes` and gives the next piece, never an empty one; nothing when it needs
    /// more. internal_error when this is no such stream, or the engine reports its own failure in it (stream
    /// 3).
    Result<std::optional<Piece>> next(std::string_view& bytes);
    /// Whether the stream may end here.
    bool is_between_frames() const { return filled_ == 0 && rest_ == 0; }

  private:
    Framing framing_;
    std::array<unsigned char, 8> head_{};
    std::size_t filled_ = 0;  // of head_
    std::uint32_t rest_ = 0;  // of the frame
    Stream stream_ = Stream::output;
};

}  // namespace mcpm::engine
