// The floor of this machine for log capture: one pipe, big reads, a fixed 40-byte prefix on each line, big
// writes; no rotation, no budget, no levels. Prints its own CPU seconds.  limit_capture PROGRAM MODE BYTES
// FILE tag
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <vector>

extern char** environ;

int main(int argc, char** argv) {
    if (argc < 6) return 2;
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0) return 1;
    ::fcntl(out[0], F_SETPIPE_SZ, 1 << 20);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    char* child_argv[] = {argv[1], argv[2], argv[3], nullptr};
    pid_t pid = -1;
    if (::posix_spawn(&pid, argv[1], &actions, nullptr, child_argv, environ) != 0) return 1;
    ::close(out[1]);
    const int file = ::open(argv[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const char prefix[] = "2026-11-22T18:19:51.123456789Z stdout F ";
    std::vector<char> input(256 << 10), output(2 << 20);
    bool at_start = true;
    for (;;) {
        const ssize_t got = ::read(out[0], input.data(), input.size());
        if (got <= 0) break;
        const char* from = input.data();
        const char* const end = from + got;
        char* to = output.data();
        while (from < end) {
            if (static_cast<std::size_t>(to - output.data()) + 40 + static_cast<std::size_t>(end - from) >
                output.size()) {
                if (::write(file, output.data(), static_cast<std::size_t>(to - output.data())) < 0) return 1;
                to = output.data();
            }
            if (at_start) to = static_cast<char*>(std::memcpy(to, prefix, 40)) + 40;
            const char* newline =
                static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
            const std::size_t length = static_cast<std::size_t>((newline ? newline + 1 : end) - from);
            std::memcpy(to, from, length);
            to += length;
            from += length;
            at_start = newline != nullptr;
        }
        if (::write(file, output.data(), static_cast<std::size_t>(to - output.data())) < 0) return 1;
    }
    ::waitpid(pid, nullptr, 0);
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf("%.3f\n", static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                              static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
}
