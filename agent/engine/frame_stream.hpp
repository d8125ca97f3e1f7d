// A container's output as the engine sends it: frames of stdout and stderr on one connection; while attached,
// also the way to its stdin. Owned by whoever reads it. Nothing is read ahead: who does not read slows the
// container down.
#pragma once

#include "agent/async/task.hpp"
#include "agent/engine/frames.hpp"
#include "agent/http/client.hpp"
#include "common/error.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace mcpm::engine {

class FrameStream {
  public:
    /// `framing` is by the container's terminal: with one, its output is raw.
    FrameStream(std::unique_ptr<http::ClientStream> stream, Framing framing);

    /// The next bytes of one stream (a frame may come in pieces), valid until the next read(). Nothing at the
    /// end: the container ended, or the engine went (inspect tells which). One reader at a time; may run
    /// beside write().
    Task<Result<std::optional<Piece>>> read();
    /// All of it, to its stdin; suspends while the container does not read. One writer at a time.
    Task<Result<>> write(std::string_view bytes);
    /// Whoever waits in read() or write() comes back with an error.
    void close();

  private:
    std::unique_ptr<http::ClientStream> stream_;
    FrameSplitter splitter_;
    std::string_view rest_;
};

}  // namespace mcpm::engine
