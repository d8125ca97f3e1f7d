#include "agent/process/own_use.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace mcpm {

OwnUse own_use() {
    OwnUse use;
    std::ifstream statm("/proc/self/statm");  // proc(5): size, then resident, in pages
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (statm >> size >> resident) {
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        use.virtual_bytes = size * page;
        use.resident_bytes = resident * page;
    }
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    use.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
    return use;
}

}  // namespace mcpm
