// tests/support/remote_server.py as a child; ended with the object.
#pragma once

#include "tests/support/places.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>

namespace mcpm::test {

class RemoteServer {
  public:
    explicit RemoteServer(int port = 0) {
        int in[2];
        int out[2];
        if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        std::string program = "python3";
        std::string script = places::source_folder() + "/tests/support/remote_server.py";
        std::string wanted = std::to_string(port);
        char* argv[] = {program.data(), script.data(), wanted.data(), nullptr};
        const int failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv, environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        input_ = in[1];
        if (failed != 0) throw std::runtime_error("posix_spawn python3");
        std::string said;
        for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) said += c;
        ::close(out[0]);
        port_ = std::stoi(said);
    }
    RemoteServer(const RemoteServer&) = delete;
    RemoteServer& operator=(const RemoteServer&) = delete;
    ~RemoteServer() { end(); }

    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        ::close(input_);
        pid_ = 0;
    }
    int port() const { return port_; }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }

  private:
    pid_t pid_ = 0;
    int input_ = -1;
    int port_ = 0;
};

}  // namespace mcpm::test
