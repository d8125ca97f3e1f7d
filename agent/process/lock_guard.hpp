// The agent's lock, held by the keeper, may be deleted under it (with its whole folder): the path then leads
// to nothing, and another agent could take a lock of its own. This one takes it then, in the keeper's name.
#pragma once

#include "common/paths.hpp"
#include "common/unique_fd.hpp"

namespace mcpm {

class LockGuard {
  public:
    LockGuard(const Paths& paths, int keeper) : paths_(paths), keeper_(keeper) {}

    enum class Found {
        held,     // by the keeper, or by us
        retaken,  // nobody held what lies there
        unknown,  // the lock can't be opened now
    };
    /// Opens and asks; never waits.
    Found look();

  private:
    const Paths& paths_;
    int keeper_;
    UniqueFd lock_;  // while the keeper's own leads nowhere
};

}  // namespace mcpm
