// A log folder whose newest segment holds anything: every way of reading it ends, and a tail of more lines
// than there are is the whole.
#include "common/log_reader.hpp"

#include "common/log_segments.hpp"

#include <stdlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>

using namespace mcpm;

namespace {

std::size_t lines_of(const LogReader& reader, const LogQuery& query) {
    std::size_t lines = 0;
    const auto cursor = reader.read(query, [&](const LogLine&) {
        ++lines;
        return true;
    });
    if (cursor && !reader.read_on(*cursor, query, [](const LogLine&) { return true; })) std::abort();
    return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static char name[] = "/tmp/mcpm-fuzz-XXXXXX";
    static const char* const folder = ::mkdtemp(name);
    const std::filesystem::path path(folder);
    for (const char* file : {"0000000000000001.log", "runs.idx"}) {
        std::ofstream(path / file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes), static_cast<long>(size));
    }
    const LogReader reader(path);
    (void)reader.runs();
    LogQuery query;
    const std::size_t all = lines_of(reader, query);
    query.tail = all + 1;
    if (lines_of(reader, query) != all) std::abort();
    query = {};
    query.text = "a";
    query.ignore_case = true;
    (void)lines_of(reader, query);
    query.since = LogTime(std::chrono::seconds(1763835591));
    (void)lines_of(reader, query);
    return 0;
}
