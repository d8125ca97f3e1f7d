// What the agent stands on, looked at by using it: a file is written and read back, the disk is asked for its
// space. Blocking: call it off the loop.
#pragma once

#include "common/condition.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mcpm::observe {

struct Check {
    Condition condition = Condition::healthy;
    std::optional<std::chrono::microseconds> took = {};  // when it was answered
    std::string message = {};
};

struct Space {
    std::string path;
    std::uint64_t free_bytes = 0;  // for us: without what is kept for root
    std::uint64_t total_bytes = 0;
};

/// Writes a file of its own into `folder`, reads it, removes it.
Check check_files(const std::filesystem::path& folder);
std::optional<Space> space_of(const std::filesystem::path& folder);
/// Pure. Little: less than 5 % and 1 GiB. Next to none: less than 100 MiB.
Check judge_space(const Space& space);

}  // namespace mcpm::observe
