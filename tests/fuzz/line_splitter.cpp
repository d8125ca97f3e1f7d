// Any bytes in any pieces against a naive model: the first byte is the limit, the second the size of the
// pieces.
#include "common/line_splitter.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t limit = 1 + data[0] % 16;
    const std::size_t step = 1 + data[1] % 16;
    const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
    std::string got;
    const auto sink = [&](mcpm::LineSplitter::Piece piece) {
        got.append(piece.bytes).append(piece.partial ? "\n+" : "\n.");
    };
    mcpm::LineSplitter splitter(limit);
    for (std::size_t at = 0; at < text.size(); at += step) {
        splitter.feed(std::string_view(text).substr(at, step), sink);
        if (splitter.carry().size() > limit + 1) std::abort();
    }
    splitter.finish(sink);

    std::string expected;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        std::string line = text.substr(begin, end - begin);
        if (end != std::string::npos && !line.empty() && line.back() == '\r') line.pop_back();
        for (; line.size() > limit; line.erase(0, limit)) expected.append(line, 0, limit).append("\n+");
        expected.append(line).append("\n.");
        if (end == std::string::npos) break;
        begin = end + 1;
    }
    if (got != expected) std::abort();
    return 0;
}
