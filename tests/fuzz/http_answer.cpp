// Any bytes as an answer, whole and byte by byte: both ways must agree.
#include "common/http_answer.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

std::string read(std::string_view bytes, std::size_t step, bool& good) {
    mcpm::HttpAnswer answer;
    std::string body;
    const auto take = [&](std::string_view piece) {
        body.append(piece);
        return true;
    };
    good = true;
    for (std::size_t at = 0; at < bytes.size() && good; at += step)
        good = answer.feed(bytes.substr(at, step), take).has_value();
    good = good && answer.end().has_value();
    return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    bool whole_good = false;
    bool slow_good = false;
    const std::string whole = read(bytes, size + 1, whole_good);
    const std::string slow = read(bytes, 1, slow_good);
    if (whole_good != slow_good || whole != slow) std::abort();
    return 0;
}
