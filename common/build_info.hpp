// What this program was built from, for `version`. Empty where it is not known: a build for development, or
// sources without their repository. The version itself is MCPM_VERSION (cmake/rooms.cmake).
#pragma once

#include <string>
#include <string_view>

namespace mcpm {

struct BuildInfo {
    std::string_view commit;  // twelve hexadecimal digits of the commit's id
    std::string_view date;    // the commit's day in UTC, YYYY-MM-DD

    bool operator==(const BuildInfo&) const = default;
};

BuildInfo build_info();

/// " (COMMIT, DATE)", what is not known left out; empty when nothing is known.
std::string in_brackets(const BuildInfo& info);

}  // namespace mcpm
