// Any bytes, whole and in pieces: the same events, ids and counts, and memory bounded by the limit. The first
// byte is the limit, the second the size of the pieces.
#include "agent/mcp/sse_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::string read(std::string_view text, std::size_t step, std::size_t limit) {
    mcpm::mcp::SseReader reader(limit);
    std::string heard;
    const auto sink = [&](const mcpm::mcp::SseEvent& event) {
        if (event.oversized == 0 && event.data.size() > limit) std::abort();
        if (event.oversized != 0 && event.oversized <= limit) std::abort();
        heard.append(event.event).append("|");
        // How much of one over the limit is kept depends on the pieces.
        if (event.oversized == 0) heard.append(event.data);
        heard.append("|").append(std::to_string(event.oversized)).append("\n");
    };
    for (std::size_t at = 0; at < text.size(); at += step) reader.feed(text.substr(at, step), sink);
    const auto counts = reader.counts();
    heard.append(reader.last_event_id()).append("\n").append(std::to_string(reader.retry().value_or(0)));
    for (const auto count : {counts.events, counts.comments, counts.oversized, counts.ignored})
        heard.append(" ").append(std::to_string(count));
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t limit = 1 + data[0];
    const std::size_t step = 1 + data[1] % 16;
    const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
    if (read(text, step, limit) != read(text, text.size() + 1, limit)) std::abort();
    return 0;
}
