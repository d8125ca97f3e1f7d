// Gives birth to one child: a new session, limits, folder, standard descriptors, program. The child borrows
// the keeper's memory until it executes, so a stage that fails is known, with its errno, when give_birth()
// returns. Costs the same whatever the keeper's size; allocates nothing.
#pragma once

#include "agent/keeper/inherited_limits.hpp"
#include "agent/keeper/protocol.hpp"
#include "agent/keeper/spawn_block.hpp"

#include <cstddef>

namespace mcpm::keeper {

/// A descriptor of ours that the child gets as `number`.
struct PassedDescriptor {
    int descriptor = -1;
    int number = -1;
};

struct BirthPlan {
    const char* program = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    const char* cwd = nullptr;  // or null: ours
    const SpawnLimit* limits = nullptr;
    std::size_t limit_count = 0;
    int cgroup = -1;                           // a cgroup v2 directory to be born in, or -1
    const PassedDescriptor* passed = nullptr;  // everything else is closed when the program is executed
    std::size_t passed_count = 0;
    std::uint64_t open_files = 0;  // soft RLIMIT_NOFILE to go back to before `limits`; 0 = leave it
    const InheritedLimits* inherited = nullptr;  // the others, likewise; or null
};

struct Birth {
    int pid = -1;
    int pidfd = -1;
    Stage stage = Stage::none;  // none: the child lives
    int error_number = 0;
};

/// Call with the signals that the keeper handles blocked. The child starts with an empty mask and default
/// actions.
Birth give_birth(const BirthPlan& plan);

}  // namespace mcpm::keeper
