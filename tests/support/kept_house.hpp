// A real keeper, forked from the test, whose agent's end is handed to the test (fixtures/fd_courier): the
// test is the agent. Its "agent" can be killed and the next one received, while the keeper and its children
// live on.
#pragma once

#include "common/unique_fd.hpp"
#include "tests/support/places.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace mcpm::test {

class KeptHouse {
  public:
    explicit KeptHouse(std::vector<std::string> variables = {}) {
        char folder[] = "/tmp/mcpm-test-XXXXXX";
        if (::mkdtemp(folder) == nullptr) throw std::runtime_error("mkdtemp");
        folder_ = folder;
        listen();
        variables.push_back("MCPM_COURIER=" + socket_path());
        start(variables);
    }
    KeptHouse(const KeptHouse&) = delete;
    KeptHouse& operator=(const KeptHouse&) = delete;
    ~KeptHouse() {
        if (keeper_ > 0) {
            ::kill(keeper_, SIGTERM);
            if (!exited_within(15'000)) ::kill(keeper_, SIGKILL);
            wait_keeper();
        }
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    static std::string fixture(const std::string& name) { return places::fixtures() + "/" + name; }
    const std::string& folder() const { return folder_; }
    int keeper_pid() const { return keeper_; }
    int agent_pid() const { return agent_; }

    /// Waits for the next agent and returns its end of the pair.
    UniqueFd receive_agent_end(int milliseconds = 10'000) {
        pollfd wanted{listener_.get(), POLLIN, 0};
        if (::poll(&wanted, 1, milliseconds) != 1) throw std::runtime_error("no agent came");
        meeting_.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        iovec vector{&agent_, sizeof agent_};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        msghdr header{};
        header.msg_iov = &vector;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        if (::recvmsg(meeting_.get(), &header, MSG_CMSG_CLOEXEC) != sizeof agent_)
            throw std::runtime_error("recvmsg");
        int end = -1;
        if (const cmsghdr* part = CMSG_FIRSTHDR(&header)) std::memcpy(&end, CMSG_DATA(part), sizeof end);
        return UniqueFd(end);
    }

    void kill_agent() { ::kill(agent_, SIGKILL); }
    void end_agent(unsigned char status) {
        if (::write(meeting_.get(), &status, 1) != 1) throw std::runtime_error("the agent is not there");
    }

    bool exited_within(int milliseconds) {
        const UniqueFd pidfd(static_cast<int>(::syscall(434, keeper_, 0)));  // pidfd_open
        pollfd wanted{pidfd.get(), POLLIN, 0};
        return ::poll(&wanted, 1, milliseconds) == 1;
    }
    /// The keeper's exit status, or minus its signal.
    int wait_keeper() {
        int status = 0;
        ::waitpid(keeper_, &status, 0);
        keeper_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    static std::size_t open_descriptors(int pid) {
        std::error_code ignored;
        const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd", ignored);
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    /// Present and not a zombie.
    static bool is_alive(int pid) {
        // One that ends between open and read gives an error, which a stream would throw.
        const UniqueFd file(::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
        std::string text(512, '\0');
        const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : 0;
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        const auto place = text.rfind(") ");
        return place != std::string::npos && text[place + 2] != 'Z' && text[place + 2] != 'X';
    }
    static bool gone_within(int pid, int milliseconds) {
        for (int waited = 0; waited < milliseconds; ++waited) {
            if (!is_alive(pid)) return true;
            ::usleep(1000);
        }
        return !is_alive(pid);
    }

  private:
    std::string socket_path() const { return folder_ + "/courier"; }

    void listen() {
        listener_.reset(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
        if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 ||
            ::listen(listener_.get(), 8) < 0) {
            throw std::runtime_error("bind");
        }
    }

    void start(const std::vector<std::string>& variables) {
        const std::string program = fixture("keeper_host");
        const std::string agent = fixture("fd_courier");
        const char* const arguments[] = {program.c_str(), agent.c_str(), nullptr};
        keeper_ = ::fork();
        if (keeper_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (const auto& variable : variables) {
            const auto sign = variable.find('=');
            ::setenv(variable.substr(0, sign).c_str(), variable.substr(sign + 1).c_str(), 1);
        }
        ::execv(program.c_str(), const_cast<char**>(arguments));
        ::_exit(127);
    }

    std::string folder_;
    UniqueFd listener_;
    UniqueFd meeting_;
    pid_t keeper_ = -1;
    int agent_ = -1;
};

}  // namespace mcpm::test
