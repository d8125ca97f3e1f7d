// Any bytes as an engine's stream, whole and byte by byte: both ways must agree.
#include "agent/engine/frames.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::string hear(std::string_view bytes, std::size_t step, bool& good) {
    mcpm::engine::FrameSplitter splitter(mcpm::engine::Framing::multiplexed);
    std::string heard;
    good = true;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        std::string_view rest = bytes.substr(at, step);
        for (;;) {
            const auto piece = splitter.next(rest);
            good = piece.has_value();
            if (!good) return heard;
            if (!*piece) break;
            for (const char byte : (*piece)->bytes) {
                heard += (*piece)->stream == mcpm::engine::Stream::error ? 'e' : 'o';
                heard += byte;
            }
        }
    }
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    bool whole_good = false;
    bool slow_good = false;
    if (hear(bytes, size + 1, whole_good) != hear(bytes, 1, slow_good) || whole_good != slow_good)
        std::abort();
    return 0;
}
