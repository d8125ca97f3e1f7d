// An agent without a dashboard.
#include "agent/dashboard/assets.hpp"

#ifndef MCPM_DASHBOARD_EMBEDDED

namespace mcpm::dashboard {

std::span<const Asset> assets() {
    return {};
}

}  // namespace mcpm::dashboard

#endif
