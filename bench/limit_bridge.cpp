// The floor of this machine for a bridge: HTTP in front, a stdio server behind, one thread, one epoll. Finds
// the id, puts its own in, and puts the client's back; checks nothing else: no credential, no session, no
// Host or Origin, no limit, no stream of events.   limit_bridge PORT|SOCKET shared|own PROGRAM [ARGUMENT…]
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "bench/mcp_scan.hpp"

extern char** environ;

namespace {

struct Client;

/// What epoll points at: a socket, the reading end or the writing end of a child.
struct End {
    enum class Kind { listener, socket, from_child, to_child } kind;
    int fd;
    Client* client = nullptr;
    struct Child* child = nullptr;
    std::string in = {}, out = {};  // not yet whole; not yet taken
    bool waits = false;             // for room
};

struct Child {
    End to{End::Kind::to_child, -1}, from{End::Kind::from_child, -1};
};

struct Client {
    End end{End::Kind::socket, -1};
    std::size_t number = 0;
    std::string id;  // of the one request that is open
    std::shared_ptr<Child> child;
};

int poller;
char** program;
bool shared;
std::shared_ptr<Child> common;
std::deque<Client*> clients;
std::vector<std::unique_ptr<Client>> gone;  // until no event in hand can point at them

void watch(End& end, unsigned events, int how) {
    epoll_event event{events, {&end}};
    ::epoll_ctl(poller, how, end.fd, &event);
}

std::shared_ptr<Child> start_child() {
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) std::exit(1);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawnattr_t attributes;  // a session of its own, as the agent's servers have
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t pid = -1;
    if (::posix_spawnp(&pid, program[0], &actions, &attributes, program, environ) != 0) std::exit(1);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    ::fcntl(in[1], F_SETFL, O_NONBLOCK);
    ::fcntl(out[0], F_SETFL, O_NONBLOCK);
    const auto child = std::make_shared<Child>();
    child->to.fd = in[1];
    child->from.fd = out[0];
    child->to.child = child->from.child = child.get();
    watch(child->from, EPOLLIN, EPOLL_CTL_ADD);
    watch(child->to, 0, EPOLL_CTL_ADD);
    return child;
}

/// What the kernel takes now; the rest when it has room.
void flush(End& end) {
    while (!end.out.empty()) {
        const ssize_t count = ::write(end.fd, end.out.data(), end.out.size());
        if (count <= 0) break;
        end.out.erase(0, static_cast<std::size_t>(count));
    }
    const bool waits = !end.out.empty();
    if (waits == end.waits) return;
    end.waits = waits;
    const unsigned in = end.kind == End::Kind::socket ? static_cast<unsigned>(EPOLLIN) : 0u;
    watch(end, waits ? in | static_cast<unsigned>(EPOLLOUT) : in, EPOLL_CTL_MOD);
}

void answer(Client& client, std::string_view head, std::string_view first, std::string_view id,
            std::string_view rest) {
    client.end.out.append(head);
    char number[24];
    const auto end = std::to_chars(number, number + 20, first.size() + id.size() + rest.size()).ptr;
    client.end.out.append("Content-Length: ").append(number, end).append("\r\n\r\n");
    client.end.out.append(first).append(id).append(rest);
    flush(client.end);
}

void take_message(Client& client, std::string_view body) {
    const Found found = look(body);
    if (found.id.empty()) return answer(client, "HTTP/1.1 202 Accepted\r\n", {}, {}, {});
    client.id = found.id;
    const auto at = static_cast<std::size_t>(found.id.data() - body.data());
    std::string& out = client.child->to.out;
    out.append(body.substr(0, at)).append(std::to_string(client.number));
    out.append(body.substr(at + found.id.size())).push_back('\n');
    flush(client.child->to);
}

void take_line(std::string_view line) {
    const Found found = look(line);
    std::size_t number = 0;
    std::from_chars(found.id.data(), found.id.data() + found.id.size(), number);
    if (found.id.empty() || number >= clients.size() || clients[number] == nullptr) return;
    Client& client = *clients[number];
    const auto at = static_cast<std::size_t>(found.id.data() - line.data());
    answer(client, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: one\r\n",
           line.substr(0, at), client.id, line.substr(at + found.id.size()));
}

/// The value of a header of `head` as a number.
std::size_t content_length(std::string_view head) {
    std::size_t at = 0;
    while ((at = head.find('\n', at)) != head.npos) {
        ++at;
        if (::strncasecmp(head.data() + at, "content-length:", 15) != 0) continue;
        return std::strtoul(head.data() + at + 15, nullptr, 10);
    }
    return 0;
}

void drop(Client& client) {
    ::close(client.end.fd);
    if (!shared) {
        ::close(client.child->to.fd);
        ::close(client.child->from.fd);
    }
    clients[client.number] = nullptr;
    gone.emplace_back(&client);
}

char piece[256 << 10];

void read_client(Client& client) {
    const ssize_t count = ::read(client.end.fd, piece, sizeof(piece));
    if (count <= 0) return drop(client);
    std::string& in = client.end.in;
    in.append(piece, static_cast<std::size_t>(count));
    for (;;) {
        const auto head_end = in.find("\r\n\r\n");
        if (head_end == in.npos) return;
        const std::size_t length = content_length(std::string_view(in).substr(0, head_end + 2));
        if (in.size() < head_end + 4 + length) return;
        take_message(client, std::string_view(in).substr(head_end + 4, length));
        in.erase(0, head_end + 4 + length);
    }
}

void read_child(Child& child) {
    const ssize_t count = ::read(child.from.fd, piece, sizeof(piece));
    if (count <= 0) return;
    std::string& in = child.from.in;
    const auto seen = in.size();
    in.append(piece, static_cast<std::size_t>(count));
    std::size_t from = 0;
    for (auto newline = in.find('\n', seen); newline != in.npos; newline = in.find('\n', from)) {
        take_line(std::string_view(in).substr(from, newline - from));
        from = newline + 1;
    }
    in.erase(0, from);
}

int listen_at(const char* address) {
    sockaddr_in tcp{};
    sockaddr_un local{};
    const bool is_tcp = address[0] != '/';
    const int fd = ::socket(is_tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    tcp.sin_family = AF_INET;
    tcp.sin_port = htons(static_cast<unsigned short>(std::atoi(address)));
    tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sun_family = AF_UNIX;
    std::snprintf(local.sun_path, sizeof(local.sun_path), "%s", address);
    const auto* const where =
        is_tcp ? reinterpret_cast<sockaddr*>(&tcp) : reinterpret_cast<sockaddr*>(&local);
    const bool bound = ::bind(fd, where, is_tcp ? sizeof(tcp) : sizeof(local)) == 0;
    return bound && ::listen(fd, 512) == 0 ? fd : -1;
}

void accept_client(int listener) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    auto* const client = new Client;
    client->end.fd = fd;
    client->end.client = client;
    client->number = clients.size();
    client->child = shared ? common : start_child();
    clients.push_back(client);
    watch(client->end, EPOLLIN, EPOLL_CTL_ADD);
}

void serve(const epoll_event& event, int listener) {
    End& end = *static_cast<End*>(event.data.ptr);
    if (end.kind == End::Kind::listener) return accept_client(listener);
    if ((event.events & EPOLLOUT) != 0) flush(end);
    if ((event.events & (EPOLLIN | EPOLLHUP)) == 0) return;
    if (end.kind == End::Kind::socket) read_client(*end.client);
    if (end.kind == End::Kind::from_child) read_child(*end.child);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_IGN);
    shared = std::string_view(argv[2]) == "shared";
    program = argv + 3;
    poller = ::epoll_create1(EPOLL_CLOEXEC);
    if (shared) common = start_child();
    const int listener = listen_at(argv[1]);
    if (listener < 0) return 1;
    End listening{End::Kind::listener, listener};
    watch(listening, EPOLLIN, EPOLL_CTL_ADD);
    epoll_event events[64];
    for (;;) {
        const int count = ::epoll_wait(poller, events, 64, -1);
        for (int at = 0; at < count; ++at) serve(events[at], listener);
        gone.clear();
    }
}
