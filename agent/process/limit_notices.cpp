#include "agent/process/limit_notices.hpp"

#include "common/units.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <array>
#include <cstdint>
#include <optional>

namespace mcpm {

namespace {

struct Watched {
    __rlimit_resource resource;
    std::uint64_t enough;
    const char* sentence;  // {} is the limit
};

constexpr std::uint64_t always_said = RLIM_INFINITY;

const std::array<Watched, 4> watched{{
    {RLIMIT_NOFILE, 512,
     "at most {} files can be open at once (`ulimit -n`, LimitNOFILE=): every server needs about eight, "
     "every connection one"},
    {RLIMIT_FSIZE, always_said,
     "no file can grow beyond {} (`ulimit -f`, LimitFSIZE=): logs and the database stop there"},
    {RLIMIT_AS, std::uint64_t{1} << 30U,
     "at most {} of address space can be used (`ulimit -v`, LimitAS=): the agent may end for want of it"},
    {RLIMIT_CPU, always_said,
     "after {} seconds of processor time the agent is ended by the system (`ulimit -t`, LimitCPU=)"},
}};

std::string amount(const Watched& one, rlim_t limit) {
    const bool is_bytes = one.resource == RLIMIT_FSIZE || one.resource == RLIMIT_AS;
    return is_bytes ? format_bytes(limit) : std::to_string(limit);
}

}  // namespace

std::vector<std::string> limit_notices() {
    std::vector<std::string> notices;
    for (const Watched& one : watched) {
        rlimit limit{};
        if (::getrlimit(one.resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) continue;
        if (limit.rlim_cur >= one.enough) continue;
        notices.push_back(fmt::format(fmt::runtime(one.sentence), amount(one, limit.rlim_cur)));
    }
    return notices;
}

}  // namespace mcpm
