// The child of every supervision benchmark: appends "PID MONOTONIC_NS" to the file it is given, then waits.
// Leaves on TERM.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

int main(int argc, char** argv) {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    if (argc > 1) {
        char line[64];
        const int length = std::snprintf(line, sizeof(line), "%d %lld\n", ::getpid(),
                                         static_cast<long long>(now.tv_sec) * 1000000000LL + now.tv_nsec);
        const int file = ::open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0 || ::write(file, line, static_cast<size_t>(length)) != length) return 1;
        ::close(file);
    }
    for (;;) ::pause();
}
