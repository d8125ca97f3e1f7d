// A line of a log file, from any hand: parsing it and finding its level never reads past its end.
#include "common/log_format.hpp"
#include "common/log_segments.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    (void)mcpm::detect_level(text);
    (void)mcpm::parse_run_rows(text);
    const auto record = mcpm::parse_log_record(text);
    if (!record) return 0;
    // What was read is written the same.
    char prefix[mcpm::log_prefix_bytes];
    mcpm::write_log_prefix(prefix, record->time, record->stream, record->partial);
    const auto again = mcpm::parse_log_record({prefix, sizeof prefix});
    if (!again || again->time != record->time || again->partial != record->partial) std::abort();
    return 0;
}
