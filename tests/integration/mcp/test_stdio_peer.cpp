// What a server's stdin is given, write by write: a socket that keeps records apart stands in for its pipe.
#include "agent/async/task_group.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/mcp/stdio_peer.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

using namespace mcpm;

namespace {

enum class Input { records, small_pipe };

struct Server {
    explicit Server(Input kind, RunFacts* facts = nullptr) : group(loop) {
        std::signal(SIGPIPE, SIG_IGN);
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        if (kind == Input::records) {
            REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, in.data()) == 0);
        } else {
            REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
            REQUIRE(::fcntl(in[1], F_SETPIPE_SZ, 4096) == 4096);
        }
        REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
        input = UniqueFd(in[0]);
        output = UniqueFd(out[1]);
        ::fcntl(input.get(), F_SETFL, O_NONBLOCK);
        mcp::Peer::Events events;
        events.line = [this](std::string_view line, bool) { heard.emplace_back(line); };
        events.ended = [](const std::string&) {};
        events.unsent = [this](std::uint64_t tag, const Error&) { unsent.push_back(tag); };
        peer = std::make_shared<mcp::StdioPeer>(
            loop, buffer, mcp::StdioPeer::Ends{UniqueFd(in[1]), UniqueFd(out[0]), facts, false},
            std::move(events));
        REQUIRE(peer->start(group));
        turn();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        peer->close();
        turn();
    }

    /// Everything that is due, and nothing is waited for.
    void turn() {
        loop.restart();
        loop.poll();
    }
    /// What one write brought; empty when there is nothing more, or only the end.
    std::string record() const {
        std::string bytes(1u << 20, '\0');
        const auto count = ::read(input.get(), bytes.data(), bytes.size());
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }
    void answers(const std::string& line) {
        REQUIRE(::write(output.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()));
        turn();
    }

    Loop loop{1};
    TaskGroup group;
    mcp::SharedBuffer buffer;
    UniqueFd input, output;
    std::vector<std::string> heard;
    std::vector<std::uint64_t> unsent;
    std::shared_ptr<mcp::StdioPeer> peer;
};

}  // namespace

TEST_CASE(
    "A server that has answered gets its line at once, and a busy one all lines of a turn in one write") {
    Server server(Input::records);
    REQUIRE(server.peer->send("first"));
    CHECK(server.record() == "first\n");
    for (const char* const line : {"a", "b", "c"}) REQUIRE(server.peer->send(line));
    CHECK(server.record().empty());
    server.turn();
    CHECK(server.record() == "a\nb\nc\n");
    CHECK(server.peer->queued_bytes() == 0);
}

TEST_CASE("Lines that were taken for the end of a turn and cannot be sent are said to be unsent") {
    Server server(Input::records);
    REQUIRE(server.peer->send("first", 1));
    server.input.reset();
    REQUIRE(server.peer->send("a", 2));
    REQUIRE(server.peer->send("b"));
    REQUIRE(server.peer->send("c", 3));
    server.turn();
    CHECK(server.unsent == std::vector<std::uint64_t>{2, 3});
    CHECK_FALSE(server.peer->send("late", 4));
    CHECK(server.unsent.size() == 2);
}

TEST_CASE("Lines are gathered while several come in a turn, and no longer") {
    Server server(Input::records);
    for (const char* const line : {"first", "a", "b"}) REQUIRE(server.peer->send(line));
    server.turn();
    CHECK(server.record() == "first\n");
    CHECK(server.record() == "a\nb\n");
    server.answers("1\n2\n3\n");
    CHECK(server.heard.size() == 3);
    REQUIRE(server.peer->send("alone"));
    CHECK(server.record().empty());
    server.turn();
    CHECK(server.record() == "alone\n");
    server.answers("4\n");
    REQUIRE(server.peer->send("at once"));
    CHECK(server.record() == "at once\n");
}

TEST_CASE("What was gathered is bounded for each write, and comes whole and in order") {
    Server server(Input::records);
    REQUIRE(server.peer->send("first"));
    CHECK(server.record() == "first\n");
    std::string expected;
    for (int number = 0; number < 200; ++number) {
        REQUIRE(server.peer->send(std::to_string(number)));
        expected += std::to_string(number) + "\n";
    }
    server.turn();
    std::string all;
    std::vector<std::ptrdiff_t> lines;
    for (auto record = server.record(); !record.empty(); record = server.record()) {
        lines.push_back(std::count(record.begin(), record.end(), '\n'));
        all += record;
    }
    CHECK(all == expected);
    CHECK(lines == std::vector<std::ptrdiff_t>{64, 64, 64, 8});
}

TEST_CASE("A gathered line can be taken back, and the others go when the server's stdin is closed") {
    Server server(Input::records);
    REQUIRE(server.peer->send("first"));
    REQUIRE(server.peer->send("cancelled", 2));
    REQUIRE(server.peer->send("kept", 3));
    CHECK(server.peer->withdraw(2));
    CHECK_FALSE(server.peer->withdraw(2));
    server.peer->close_input();
    CHECK(server.record() == "first\n");
    CHECK(server.record() == "kept\n");
    CHECK_FALSE(server.peer->send("too late"));
    server.turn();
    CHECK(server.record().empty());
}

TEST_CASE("Lines that are cut together by a full pipe are marked until the cut one is whole") {
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    Server server(Input::small_pipe, &*facts);
    REQUIRE(server.peer->send("first"));
    CHECK(server.record() == "first\n");
    CHECK_FALSE(facts->message_half_written());
    std::string expected;
    for (const char letter : {'a', 'b', 'c'}) {
        const std::string line(3000, letter);
        REQUIRE(server.peer->send(line));
        expected += line + "\n";
    }
    server.turn();
    CHECK(facts->message_half_written());
    std::string all;
    for (auto piece = server.record(); !piece.empty(); piece = server.record()) {
        all += piece;
        server.turn();
    }
    CHECK(all == expected);
    CHECK_FALSE(facts->message_half_written());
}
