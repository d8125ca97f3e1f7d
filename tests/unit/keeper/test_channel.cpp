#include "agent/keeper/channel.hpp"
#include "agent/keeper/child_table.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace mcpm::keeper {

namespace {

struct Pair {
    Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0); }
    ~Pair() {
        for (int& end : ends) close_descriptor(end);
    }
    int ends[2] = {-1, -1};
};

}  // namespace

TEST_CASE("A packet arrives with its descriptors, and those not taken are closed") {
    Pair pair;
    Message sent;
    sent.kind = Kind::spawned;
    sent.handle = 42;
    std::strcpy(sent.tag, "srv_x 1");
    const int given[] = {pair.ends[0], pair.ends[1]};
    REQUIRE(send(pair.ends[0], sent, given, 2) == 0);
    Message got;
    int taken = -1;
    int left = -1;
    {
        Descriptors descriptors;
        REQUIRE(receive(pair.ends[1], got, descriptors) == Received::received);
        CHECK(descriptors.count() == 2);
        taken = descriptors.take(0);
        CHECK(descriptors.take(0) == -1);
        CHECK(descriptors.take(9) == -1);
        left = taken + 1;
        CHECK((::fcntl(taken, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK(::fcntl(left, F_GETFD) >= 0);
    }
    CHECK(got.kind == Kind::spawned);
    CHECK(got.handle == 42);
    CHECK(std::string(got.tag) == "srv_x 1");
    CHECK(::fcntl(taken, F_GETFD) >= 0);
    CHECK(::fcntl(left, F_GETFD) < 0);
    ::close(taken);
}

TEST_CASE("A packet of another size is refused, an empty channel waits, a closed one says so") {
    Pair pair;
    Message got;
    Descriptors descriptors;
    CHECK(receive(pair.ends[1], got, descriptors) == Received::would_block);
    const std::string bytes(sizeof(Message) + 1, 'x');
    REQUIRE(::send(pair.ends[0], bytes.data(), bytes.size(), 0) > 0);
    CHECK(receive(pair.ends[1], got, descriptors) == Received::malformed);
    REQUIRE(::send(pair.ends[0], bytes.data(), 5, 0) > 0);
    CHECK(receive(pair.ends[1], got, descriptors) == Received::malformed);
    close_descriptor(pair.ends[0]);
    CHECK(receive(pair.ends[1], got, descriptors) == Received::closed);
    CHECK(send(pair.ends[1], got, nullptr, 0) == EPIPE);
}

TEST_CASE("A full channel says that it may pass with time") {
    Pair pair;
    const Message message;
    int reason = 0;
    for (int count = 0; count < 100'000 && reason == 0; ++count)
        reason = send(pair.ends[0], message, nullptr, 0);
    CHECK(reason == EAGAIN);
}

TEST_CASE("The table gives every child a handle of its own, reuses places, and says when it is full") {
    ChildTable table;
    Child* const first = table.add();
    REQUIRE(first != nullptr);
    const auto handle = first->handle;
    first->pid = 4711;
    CHECK(table.find(handle) == first);
    CHECK(table.find_pid(4711) == first);
    CHECK(table.find(0) == nullptr);
    table.remove(*first);
    CHECK(table.find(handle) == nullptr);
    CHECK(table.find_pid(4711) == nullptr);
    Child* last = nullptr;
    for (std::size_t count = 0; count < child_limit; ++count) last = table.add();
    REQUIRE(last != nullptr);
    CHECK(last->handle == handle + child_limit);
    CHECK(table.add() == nullptr);
    table.remove(*table.begin());
    CHECK(table.add() == table.begin());
    CHECK(table.size() == child_limit);
}

TEST_CASE("Every stage has a name") {
    for (auto stage = Stage::none; stage <= Stage::exec;
         stage = static_cast<Stage>(static_cast<unsigned>(stage) + 1)) {
        CHECK(name_of(stage) != "unknown");
    }
    CHECK(name_of(static_cast<Stage>(99)) == "unknown");
}

}  // namespace mcpm::keeper
