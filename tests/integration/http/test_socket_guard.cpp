#include "agent/http/listener.hpp"
#include "agent/http/socket_door.hpp"
#include "agent/http/socket_guard.hpp"
#include "agent/http/tcp_socket.hpp"
#include "common/local_http.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

struct Guarded {
    Guarded() {
        std::string name = (std::filesystem::temp_directory_path() / "mcpm-guard-XXXXXX").string();
        base = ::mkdtemp(name.data());
        path = base / "run" / "agent.sock";
        auto first = http::bind_unix_socket(path).value();
        guard.emplace(
            loop, disk, path,
            http::SocketGuard::Hooks{[this](UniqueFd socket) { served.push_back(std::move(socket)); },
                                     [this](const std::string& what) { said += what + "\n"; }});
        guard->add(first.get());
        served.push_back(std::move(first));
        CHECK(guard->look());
    }
    ~Guarded() {
        std::error_code ignored;
        std::filesystem::remove_all(base, ignored);
    }

    std::filesystem::path base, path;
    Loop loop;
    PathWatch disk{loop, [](const std::string&) {}};
    std::optional<http::SocketGuard> guard;
    std::vector<UniqueFd> served;
    std::string said;
};

/// Another process that listens at the path, as long as this lives.
class Stranger {
  public:
    explicit Stranger(const std::filesystem::path& path) {
        std::filesystem::remove(path);
        pid_ = ::fork();
        if (pid_ == 0) {
            const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            std::memcpy(address.sun_path, path.c_str(), path.native().size());
            if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
                ::listen(socket, 8);
            for (;;) ::pause();
        }
        while (!connect_local_socket(path.string())) std::this_thread::yield();
    }
    ~Stranger() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

  private:
    pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("A socket that was removed, or its folder, is bound again") {
    Guarded guarded;
    CHECK(guarded.guard->look());
    CHECK(guarded.served.size() == 1);
    std::filesystem::remove(guarded.path);
    CHECK(guarded.guard->look());
    CHECK(guarded.served.size() == 2);
    CHECK(connect_local_socket(guarded.path.string()).has_value());
    std::filesystem::remove_all(guarded.path.parent_path());
    CHECK(guarded.guard->look());
    CHECK(guarded.served.size() == 3);
    struct stat facts {};
    REQUIRE(::stat(guarded.path.parent_path().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);
    CHECK(guarded.said.find("bound again") != std::string::npos);
}

TEST_CASE("Another that listens in its place gets time, and then gives way") {
    Guarded guarded;
    const Stranger stranger(guarded.path);
    CHECK_FALSE(guarded.guard->look());
    CHECK(guarded.served.size() == 1);
    guarded.guard->set_patience(0s);
    CHECK(guarded.guard->look());
    CHECK(guarded.served.size() == 2);
}

TEST_CASE("Another's socket that was handed over meanwhile is as good as one of its own") {
    Guarded guarded;
    std::filesystem::remove(guarded.path);
    auto handed = http::bind_unix_socket(guarded.path).value();
    CHECK(guarded.guard->look());  // of this process, so it is known already
    guarded.guard->add(handed.get());
    CHECK(guarded.guard->look());
    CHECK(guarded.served.size() == 1);
}

TEST_CASE("Who removes the socket to bind its own there may take its time before it listens") {
    Guarded guarded;
    TaskGroup tasks(guarded.loop);
    tasks.spawn("watch", guarded.guard->watch());
    tasks.spawn("read changes", guarded.disk.run());
    guarded.loop.run_for(250ms);
    std::filesystem::remove(guarded.path);
    UniqueFd other(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, guarded.path.c_str(), guarded.path.native().size());
    REQUIRE(::bind(other.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    guarded.loop.run_for(700ms);  // seven times what it waits before it looks
    CHECK(guarded.served.size() == 1);
    CHECK_FALSE(guarded.guard->look());
    SUBCASE("and then does") {
        REQUIRE(::listen(other.get(), 8) == 0);
        guarded.loop.run_for(300ms);
        CHECK(guarded.served.size() == 1);
        CHECK(guarded.said.empty());
    }
    SUBCASE("or ends before") {
        other.reset();
        CHECK(guarded.guard->look());
        CHECK(guarded.served.size() == 2);
    }
    tasks.cancel_all();
    test::run_to_end(guarded.loop, tasks.drain());
}

TEST_CASE("Something at the path that is no socket is left alone, and said once") {
    Guarded guarded;
    std::filesystem::remove(guarded.path);
    std::filesystem::create_directory(guarded.path);
    CHECK_FALSE(guarded.guard->look());
    const std::string said = guarded.said;
    CHECK(said.find("not a socket") != std::string::npos);
    CHECK_FALSE(guarded.guard->look());
    CHECK(guarded.said == said);
}

TEST_CASE("A path of 107 bytes can be bound") {
    std::string name = (std::filesystem::temp_directory_path() / "mcpm-long-XXXXXX").string();
    const std::filesystem::path base = ::mkdtemp(name.data());
    for (const std::size_t length : {103U, 104U, 107U}) {
        const auto folder = base / std::string(length - base.native().size() - 2 - 10, 'x');
        const auto path = folder / "agent.sock";
        REQUIRE(path.native().size() == length);
        const auto socket = http::bind_unix_socket(path);
        CHECK(socket.has_value());
        CHECK(connect_local_socket(path.string()).has_value());
    }
    std::filesystem::remove_all(base);
}

TEST_CASE("Sockets are handed over through the door, and the end of the agent is seen") {
    Loop loop;
    std::vector<UniqueFd> taken;
    const int keeper = ::getpid();
    auto door =
        http::SocketDoor::open(loop, keeper, [&](UniqueFd socket) { taken.push_back(std::move(socket)); });
    REQUIRE(door.has_value());
    CHECK(http::SocketDoor::open(loop, keeper, {}).error().code == ErrorCode::conflict);
    TaskGroup tasks(loop);
    tasks.spawn("door", (*door)->serve());
    std::vector<UniqueFd> sockets;
    sockets.push_back(http::bind_tcp_socket({"127.0.0.1", 0}).value());
    Result<UniqueFd> conversation = Error{};
    std::thread visitor([&] { conversation = http::hand_over(keeper, sockets); });
    while (taken.empty()) loop.run_one();
    loop.run_for(std::chrono::milliseconds(1));
    visitor.join();
    REQUIRE(conversation.has_value());
    CHECK(http::bound_address(taken[0].get())->port == http::bound_address(sockets[0].get())->port);
    CHECK(http::hand_over(keeper + 1, sockets).error().code == ErrorCode::not_found);
}
