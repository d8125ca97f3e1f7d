// A process between the keeper and one child, for a machine that gives no cgroup: the reaper of whatever the
// child leaves behind. A daemon of the child's (double fork, session of its own, empty environment, closed
// descriptors) becomes the warden's child and nobody else's, so whose it is stays proven. It holds no
// descriptor but its end of a pair with the keeper, by which it says how its child was born and how it ended;
// the child stays a zombie. When the keeper closes the other end, or dies, it ends everything below itself
// and exits. Never wakes up by itself.
#pragma once

#include "agent/keeper/birth.hpp"

#include <csignal>
#include <cstdint>

namespace mcpm::keeper {

/// How a child ended, as waitid(2) says it; what stands here when nobody can say.
struct Ending {
    std::int32_t code = CLD_KILLED;
    std::int32_t status = SIGKILL;
};

/// As give_birth(), below a new warden. `channel` is our end of the pair; readable: an Ending, or the
/// warden's end. Both are left alone when no process came to be.
Birth give_warded_birth(const BirthPlan& plan, std::int32_t& channel, std::int32_t& warden_pid);

}  // namespace mcpm::keeper
