// The pids of our own children, ended ones included, as the kernel lists them (/proc/PID/task/TID/children,
// proc(5)); nothing where the kernel has no such list. Allocates nothing.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace mcpm::keeper {

template <typename Visit>
void for_each_own_child(Visit&& visit) {
    char path[64];
    const int self = ::getpid();
    std::snprintf(path, sizeof path, "/proc/%d/task/%d/children", self, self);
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    char bytes[4096];
    int pid = 0;
    ssize_t size = 0;
    while ((size = ::read(file, bytes, sizeof bytes)) > 0) {
        for (ssize_t place = 0; place < size; ++place) {
            if (bytes[place] >= '0' && bytes[place] <= '9') {
                pid = pid * 10 + (bytes[place] - '0');
            } else {
                if (pid > 0) visit(pid);
                pid = 0;
            }
        }
    }
    if (pid > 0) visit(pid);
    ::close(file);
}

}  // namespace mcpm::keeper
