// clone(2) as the keeper needs it: the child shares our memory and we wait until it executes or exits; a
// pidfd comes with it. Being born in a cgroup (clone3(2), CLONE_INTO_CGROUP, Linux 5.7) spares the migration,
// which would wait for a grace period of the kernel for every child.
#pragma once

#include <cstddef>

namespace mcpm::keeper {

struct ChildStack {
    char* bottom;
    std::size_t size;
};

/// The child's pid, or -1 with errno. `run` must not return.
int clone_child(int (*run)(void*), void* argument, ChildStack stack, int* pidfd);

/// As above, in `cgroup` (a directory's descriptor). -1 where the machine cannot.
int clone_into_cgroup(int (*run)(void*), void* argument, ChildStack stack, int cgroup, int* pidfd);

}  // namespace mcpm::keeper
