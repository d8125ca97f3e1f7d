#include "agent/runtime/port_holder.hpp"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace mcpm;

TEST_CASE("The port in what engines say of one that is taken") {
    CHECK(taken_port("start container 0123: driver failed programming external connectivity on endpoint a "
                     "(b): Bind for 127.0.0.1:8080 failed: port is already allocated") == 8080);
    CHECK(taken_port("Error starting userland proxy: listen tcp4 127.0.0.1:8081: bind: address already in "
                     "use") == 8081);
    CHECK(taken_port("rootlessport listen tcp [::1]:65535: bind: address already in use") == 65535);
    CHECK(taken_port("failed to bind host port 127.0.0.1:8082/tcp: address already in use") == 8082);
    CHECK_FALSE(taken_port("address already in use").has_value());
    CHECK_FALSE(taken_port("a:99999: bind: address already in use").has_value());
    CHECK_FALSE(taken_port("no such port").has_value());
}

TEST_CASE("Who listens is found by the inode of the socket, not by who talks from that port") {
    constexpr const char* table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0\n"
        "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0\n"
        "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0\n"
        "torn";
    CHECK(listening_inodes(table, 0x1F90) == std::set<std::string>{"111"});
    CHECK(listening_inodes(table, 1).empty());
}

TEST_CASE("A process that listens is named") {
    const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(door >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(door, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(door, 1) == 0);
    REQUIRE(::getsockname(door, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    CHECK(process_listening_on(ntohs(address.sin_port)).find("(pid " + std::to_string(::getpid()) + ")") !=
          std::string::npos);
    ::close(door);
}
