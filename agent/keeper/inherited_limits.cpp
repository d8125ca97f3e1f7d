#include "agent/keeper/inherited_limits.hpp"

#include <sys/resource.h>

namespace mcpm::keeper {

const int raised_resources[InheritedLimits::most + 1] = {RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, -1,
                                                         -1,           -1,         -1,        -1};

InheritedLimits raise_soft_limits() {
    InheritedLimits before;
    for (std::size_t place = 0; raised_resources[place] >= 0; ++place) {
        const auto resource = static_cast<__rlimit_resource>(raised_resources[place]);
        rlimit limit{};
        if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) continue;
        before.soft_plus_one[place] = limit.rlim_cur + 1;
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(resource, &limit);
    }
    return before;
}

}  // namespace mcpm::keeper
