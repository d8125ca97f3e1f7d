// Any text as a duration, a size, a time; what is accepted comes back from its written form.
#include "common/units.hpp"

#include <cstdint>
#include <cstdlib>

using namespace mcpm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto duration = parse_duration(text);
        duration && parse_duration(format_duration(*duration)).value() != *duration)
        std::abort();
    if (const auto bytes = parse_bytes(text)) static_cast<void>(format_bytes(*bytes));
    if (const auto time = parse_time(text)) static_cast<void>(format_time(*time));
    static_cast<void>(parse_time_or_age(text, Timestamp{}));
    return 0;
}
