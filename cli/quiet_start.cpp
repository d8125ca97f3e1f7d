#include "cli/quiet_start.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

namespace mcpm::cli {

std::optional<pid_t> start_quietly(const std::string& program, std::vector<std::string> arguments,
                                   ErrorsOf errors, SessionOf session) {
    arguments.insert(arguments.begin(), program);
    std::vector<char*> words;
    words.reserve(arguments.size() + 1);
    for (auto& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_RDWR, 0);
    if (errors == ErrorsOf::hidden)
        ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_RDWR, 0);
    if (session == SessionOf::own) ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t child = 0;
    const int failure =
        ::posix_spawnp(&child, program.c_str(), &actions, &attributes, words.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failure != 0) return std::nullopt;
    return child;
}

}  // namespace mcpm::cli
