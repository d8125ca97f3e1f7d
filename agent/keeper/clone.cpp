#include "agent/keeper/clone.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace mcpm::keeper {

namespace {

/// clone_args of <linux/sched.h>, as of Linux 5.7 (that header clashes with <sched.h>).
struct CloneArguments {
    std::uint64_t flags = 0;
    std::uint64_t pidfd = 0;
    std::uint64_t child_tid = 0;
    std::uint64_t parent_tid = 0;
    std::uint64_t exit_signal = 0;
    std::uint64_t stack = 0;
    std::uint64_t stack_size = 0;
    std::uint64_t tls = 0;
    std::uint64_t set_tid = 0;
    std::uint64_t set_tid_size = 0;
    std::uint64_t cgroup = 0;
};
constexpr std::uint64_t into_cgroup = 0x200000000ULL;  // CLONE_INTO_CGROUP

// glibc 2.36 has no clone3 wrapper, and a plain syscall() cannot return on a new stack: in the child the next
// thing after the system call must be the call of `run`.
long raw_clone3(CloneArguments& arguments, int (*run)(void*), void* argument) {
#if defined(__x86_64__)
    long result = 0;
    register int (*entry)(void*) __asm__("r8") = run;
    register void* passed __asm__("r9") = argument;
    __asm__ volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "xor %%ebp, %%ebp\n\t"
        "mov %%r9, %%rdi\n\t"
        "call *%%r8\n\t"
        "hlt\n"
        "1:"
        : "=a"(result)
        : "a"(static_cast<long>(SYS_clone3)), "D"(&arguments), "S"(sizeof arguments), "r"(entry), "r"(passed)
        : "rcx", "r11", "memory", "cc");
    return result;
#elif defined(__aarch64__)
    register long x0 __asm__("x0") = reinterpret_cast<long>(&arguments);
    register long x1 __asm__("x1") = sizeof arguments;
    register long x8 __asm__("x8") = SYS_clone3;
    register int (*entry)(void*) __asm__("x9") = run;
    register void* passed __asm__("x10") = argument;
    __asm__ volatile(
        "svc #0\n\t"
        "cbnz x0, 1f\n\t"
        "mov x29, xzr\n\t"
        "mov x0, x10\n\t"
        "blr x9\n\t"
        "brk #0\n"
        "1:"
        : "+r"(x0)
        : "r"(x1), "r"(x8), "r"(entry), "r"(passed)
        : "memory", "cc");
    return x0;
#else
    (void)arguments, (void)run, (void)argument;
    return -ENOSYS;
#endif
}

}  // namespace

int clone_child(int (*run)(void*), void* argument, ChildStack stack, int* pidfd) {
    return ::clone(run, stack.bottom + stack.size, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, argument,
                   pidfd);
}

int clone_into_cgroup(int (*run)(void*), void* argument, ChildStack stack, int cgroup, int* pidfd) {
    CloneArguments arguments;
    arguments.flags = static_cast<std::uint64_t>(CLONE_VM | CLONE_VFORK | CLONE_PIDFD) | into_cgroup;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
    arguments.exit_signal = SIGCHLD;
    arguments.stack = reinterpret_cast<std::uint64_t>(stack.bottom);
    arguments.stack_size = stack.size;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup);
    const long result = raw_clone3(arguments, run, argument);
    if (result >= 0) return static_cast<int>(result);
    errno = static_cast<int>(-result);
    return -1;
}

}  // namespace mcpm::keeper
