// How much of a core a server used between two looks at its processes. Pure: times are passed in.
#pragma once

#include "agent/async/task.hpp"

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

namespace mcpm::api {

class UsageMeter {
  public:
    /// Percent of one core since the last look at the same process; nothing at the first look, after a long
    /// pause, or when next to no time has passed.
    std::optional<double> look(const std::string& server_id, pid_t pid, double cpu_seconds,
                               Clock::time_point now);
    /// So many servers there are now; when more are kept here, all are forgotten.
    void expect(std::size_t servers);

  private:
    struct Look {
        pid_t pid = 0;
        double cpu_seconds = 0;
        Clock::time_point at{};
    };
    std::unordered_map<std::string, Look> last_;
};

}  // namespace mcpm::api
