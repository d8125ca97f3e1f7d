// The floor of this machine for supervision: spawns N children with captured stdout and stderr, restarts one
// that dies, stops all; nothing else. Commands on standard input, one answer line each:
//   start N FILE   crash   stop   rss
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

extern char** environ;

namespace {

struct Child {
    pid_t pid = -1;
    int exited = -1, out = -1, err = -1;
};

Child spawn(const std::string& program, const std::string& file) {
    Child child;
    int out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) return child;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    char* argv[] = {const_cast<char*>(program.c_str()), const_cast<char*>(file.c_str()), nullptr};
    ::posix_spawn(&child.pid, program.c_str(), &actions, nullptr, argv, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    child.out = out[0];
    child.err = err[0];
    child.exited = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
    return child;
}

void forget(Child& child) {
    ::waitpid(child.pid, nullptr, 0);
    for (int fd : {child.exited, child.out, child.err}) ::close(fd);
}

}  // namespace

int main(int, char** argv) {
    const std::string program = argv[1];
    std::string file;
    std::vector<Child> children;
    char line[512];
    while (std::fgets(line, sizeof(line), stdin) != nullptr) {
        int count = 0;
        char name[400];
        if (std::sscanf(line, "start %d %399s", &count, name) == 2) {
            file = name;
            for (int i = 0; i < count; ++i) children.push_back(spawn(program, file));
            std::puts("started");
        } else if (std::strncmp(line, "crash", 5) == 0) {
            Child& child = children.front();
            ::kill(child.pid, SIGKILL);
            pollfd wait{child.exited, POLLIN, 0};
            ::poll(&wait, 1, -1);
            forget(child);
            child = spawn(program, file);
            std::printf("%d\n", child.pid);
        } else if (std::strncmp(line, "stop", 4) == 0) {
            for (const auto& child : children) ::kill(child.pid, SIGTERM);
            for (auto& child : children) forget(child);
            children.clear();
            std::puts("stopped");
        }
        std::fflush(stdout);
    }
}
