// Calls a tool of an MCP server as fast as its answers come: each session has one call open; the id and the
// text of every answer are checked. Over HTTP (TCP or a unix socket, one connection a session, kept alive) or
// on the pipes of a program it starts itself.   gateway_load --help says how.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace {

constexpr const char* usage =
    "gateway_load [--sessions N] [--seconds S] [--bytes N] [--token T] [--first NS] WHERE\n"
    "  WHERE   http://127.0.0.1:PORT/PATH, unix:SOCKET:/PATH, or stdio PROGRAM [ARGUMENT...]\n"
    "  --first one session, up to its first tools/list; prints milliseconds since NS (CLOCK_MONOTONIC)\n";

struct Options {
    std::size_t sessions = 1, bytes = 40;
    double seconds = 1;
    std::string token, host, path, unix_socket;
    int port = 0;
    std::int64_t first_since = 0;
    char** program = nullptr;
} options;

std::int64_t now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "gateway_load: %s\n", why.c_str());
    std::exit(1);
}

enum class Step { initialize, initialized, call };

struct Session {
    std::size_t number = 0;
    int in = -1, out = -1;  // the same for a socket
    pid_t pid = -1;
    Step step = Step::initialize;
    std::uint64_t id = 0;
    std::string text;  // expected in the answer
    std::string session_id, received;
    std::string unsent;
    bool waits = false;
    std::int64_t sent_at = 0;
};

int poller;
bool measuring = false;
std::uint64_t all_calls = 0;
std::size_t ready = 0;
std::vector<std::uint32_t> latencies;
std::string padding, filler_head;

void watch(Session& session, unsigned events, int how) {
    epoll_event event{events, {&session}};
    ::epoll_ctl(poller, how, session.out, &event);
}

void flush(Session& session) {
    while (!session.unsent.empty()) {
        const ssize_t count = ::write(session.out, session.unsent.data(), session.unsent.size());
        if (count < 0 && errno == EAGAIN) break;
        if (count <= 0) fail("the other end is gone while a request was written");
        session.unsent.erase(0, static_cast<std::size_t>(count));
    }
    const bool waits = !session.unsent.empty();
    if (waits == session.waits) return;
    session.waits = waits;
    const bool one = session.in == session.out;
    const unsigned in = one ? static_cast<unsigned>(EPOLLIN) : 0u;
    watch(session, waits ? in | static_cast<unsigned>(EPOLLOUT) : in, EPOLL_CTL_MOD);
}

void send(Session& session, std::string_view body) {
    session.sent_at = now();
    std::string& out = session.unsent;
    if (session.pid > 0) {
        out.append(body).push_back('\n');
        return flush(session);
    }
    out.append("POST ").append(options.path).append(" HTTP/1.1\r\nHost: ").append(options.host);
    out.append("\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n");
    if (!options.token.empty()) out.append("Authorization: Bearer ").append(options.token).append("\r\n");
    if (!session.session_id.empty()) {
        out.append("Mcp-Session-Id: ").append(session.session_id);
        out.append("\r\nMCP-Protocol-Version: 2025-06-18\r\n");
    }
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    flush(session);
}

void ask(Session& session) {
    const std::string id = std::to_string(++session.id);
    const std::string head = R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")";
    if (session.step == Step::initialize) {
        return send(session, head +
                                 R"(initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},)"
                                 R"("clientInfo":{"name":"gateway_load","version":"1"}}})");
    }
    if (options.first_since != 0) return send(session, head + R"(tools/list","params":{}})");
    session.text = "s" + std::to_string(session.number) + "c" + id + "-";
    if (session.text.size() < options.bytes)
        session.text.append(padding, 0, options.bytes - session.text.size());
    send(session,
         head + R"(tools/call","params":{"name":"echo","arguments":{"message":")" + session.text + "\"}}}");
}

void check(const Session& session, std::string_view body) {
    const std::string id = "\"id\":" + std::to_string(session.id);
    const auto at = body.find(id);
    const char after = at == body.npos || at + id.size() >= body.size() ? '0' : body[at + id.size()];
    if (after != ',' && after != '}') fail("an answer with another id: " + std::string(body.substr(0, 300)));
    if (options.first_since != 0 && session.step == Step::call) {
        if (body.find("\"tools\"") == body.npos) fail("no list: " + std::string(body.substr(0, 300)));
        return;
    }
    constexpr std::string_view key = R"("text":")";
    if (session.step != Step::call) return;
    const auto text = body.find(key);
    const auto rest = text == body.npos ? std::string_view() : body.substr(text + key.size());
    if (!rest.starts_with(session.text) || rest.substr(session.text.size(), 1) != "\"") {
        fail("an answer with another text: " + std::string(body.substr(0, 300)));
    }
}

void answered(Session& session, std::string_view body) {
    if (session.step != Step::initialized) check(session, body);
    if (session.step == Step::call) {
        if (options.first_since != 0) {
            std::printf("%.3f\n", static_cast<double>(now() - options.first_since) / 1e6);
            std::fflush(stdout);
            if (session.pid > 0) ::close(session.out);
            std::exit(0);
        }
        ++all_calls;
        if (measuring) latencies.push_back(static_cast<std::uint32_t>(now() - session.sent_at));
        return ask(session);
    }
    if (session.step == Step::initialize) {
        session.step = Step::initialized;
        send(session, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
        if (session.pid <= 0) return;
    }
    session.step = Step::call;
    ++ready;
    ask(session);
}

/// "name:" is lower case.
std::string_view header(std::string_view head, const char* name) {
    const std::size_t length = std::strlen(name);
    for (std::size_t at = 0; (at = head.find('\n', at)) != head.npos;) {
        if (head.size() - ++at < length || ::strncasecmp(head.data() + at, name, length) != 0) continue;
        auto value = head.substr(at + length);
        value = value.substr(0, value.find('\r'));
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        return value;
    }
    return {};
}

/// The whole body of a chunked answer into `body`; the bytes it took, 0 while it is not whole.
std::size_t dechunk(std::string_view bytes, std::string& body) {
    std::size_t at = 0;
    for (;;) {
        const auto line = bytes.find("\r\n", at);
        if (line == bytes.npos) return 0;
        const std::size_t length = std::strtoul(bytes.data() + at, nullptr, 16);
        if (bytes.size() < line + 2 + length + 2) return 0;
        body.append(bytes.substr(line + 2, length));
        at = line + 2 + length + 2;
        if (length == 0) return at;
    }
}

bool take_http(Session& session) {
    const std::string_view bytes = session.received;
    const auto head_end = bytes.find("\r\n\r\n");
    if (head_end == bytes.npos) return false;
    const auto head = bytes.substr(0, head_end + 2);
    const auto rest = bytes.substr(head_end + 4);
    std::string body;
    std::size_t used = 0;
    if (!header(head, "transfer-encoding:").empty()) {
        used = dechunk(rest, body);
        if (used == 0) return false;
    } else {
        used = std::strtoul(std::string(header(head, "content-length:")).c_str(), nullptr, 10);
        if (rest.size() < used) return false;
        body.assign(rest.substr(0, used));
    }
    if (bytes.substr(9, 2) != "20") fail("answered: " + std::string(bytes.substr(0, 600)));
    if (session.session_id.empty()) session.session_id = header(head, "mcp-session-id:");
    session.received.erase(0, head_end + 4 + used);
    answered(session, body);
    return true;
}

bool take_line(Session& session) {
    const auto newline = session.received.find('\n');
    if (newline == std::string::npos) return false;
    const std::string line = session.received.substr(0, newline);
    session.received.erase(0, newline + 1);
    if (line.find("\"id\":") != std::string::npos) answered(session, line);
    return true;
}

void receive(Session& session) {
    static char piece[256 << 10];
    const ssize_t count = ::read(session.in, piece, sizeof(piece));
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) fail("the other end is gone while an answer was waited for");
    session.received.append(piece, static_cast<std::size_t>(count));
    // Nobody else answers in pieces that end like this, so a long answer is not looked at again and again.
    while (session.pid > 0 ? take_line(session) : take_http(session)) {
    }
}

void start_program(Session& session) {
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) fail("no pipes");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    char** const program = options.program;
    if (::posix_spawnp(&session.pid, program[0], &actions, nullptr, program, environ) != 0)
        fail("no program");
    ::close(in[0]);
    ::close(out[1]);
    session.out = in[1];
    session.in = out[0];
}

/// Tries again for a minute: who is measured may still be starting.
void connect(Session& session) {
    sockaddr_in tcp{};
    sockaddr_un local{};
    tcp.sin_family = AF_INET;
    tcp.sin_port = htons(static_cast<unsigned short>(options.port));
    tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sun_family = AF_UNIX;
    std::snprintf(local.sun_path, sizeof(local.sun_path), "%s", options.unix_socket.c_str());
    const bool is_tcp = options.unix_socket.empty();
    const auto* const where =
        is_tcp ? reinterpret_cast<sockaddr*>(&tcp) : reinterpret_cast<sockaddr*>(&local);
    for (int attempt = 0; attempt < 60000; ++attempt) {
        const int fd = ::socket(is_tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(fd, where, is_tcp ? sizeof(tcp) : sizeof(local)) == 0) {
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            session.in = session.out = fd;
            return;
        }
        ::close(fd);
        ::usleep(1000);
    }
    fail("nobody listens");
}

void open(Session& session) {
    if (options.program != nullptr) {
        start_program(session);
    } else {
        connect(session);
    }
    ::fcntl(session.in, F_SETFL, O_NONBLOCK);
    ::fcntl(session.out, F_SETFL, O_NONBLOCK);
    const bool one = session.in == session.out;
    watch(session, one ? static_cast<unsigned>(EPOLLIN) : 0u, EPOLL_CTL_ADD);
    epoll_event event{EPOLLIN, {&session}};
    if (!one) ::epoll_ctl(poller, EPOLL_CTL_ADD, session.in, &event);
    ask(session);
}

void turn(int patience) {
    epoll_event events[64];
    const int count = ::epoll_wait(poller, events, 64, patience);
    if (count == 0 && patience > 5000) fail("no answer within a minute");
    for (int at = 0; at < count; ++at) {
        Session& session = *static_cast<Session*>(events[at].data.ptr);
        if ((events[at].events & EPOLLOUT) != 0) flush(session);
        if ((events[at].events & (EPOLLIN | EPOLLHUP)) != 0) receive(session);
    }
}

void run_until(std::int64_t end) {
    while (now() < end) turn(100);
}

void read_where(std::string where, char** rest) {
    if (where == "stdio") {
        options.program = rest;
        return;
    }
    if (where.starts_with("unix:")) {
        const auto colon = where.find(':', 5);
        options.unix_socket = where.substr(5, colon - 5);
        options.path = where.substr(colon + 1);
        options.host = "localhost";
        return;
    }
    const auto slash = where.find('/', 7);
    options.host = where.substr(7, slash - 7);
    options.path = where.substr(slash);
    options.port = std::atoi(options.host.substr(options.host.find(':') + 1).c_str());
}

void read_arguments(int argc, char** argv) {
    for (int at = 1; at < argc; ++at) {
        const std::string_view name = argv[at];
        if (!name.starts_with("--")) return read_where(argv[at], argv + at + 1);
        if (at + 1 >= argc) break;
        const char* const value = argv[++at];
        if (name == "--sessions") options.sessions = std::strtoul(value, nullptr, 10);
        if (name == "--seconds") options.seconds = std::atof(value);
        if (name == "--bytes") options.bytes = std::strtoul(value, nullptr, 10);
        if (name == "--token") options.token = value;
        if (name == "--first") options.first_since = std::atoll(value);
    }
    std::fputs(usage, stderr);
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    read_arguments(argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_IGN);
    padding.assign(options.bytes, 'x');
    poller = ::epoll_create1(EPOLL_CLOEXEC);
    latencies.reserve(1u << 20);
    std::deque<Session> sessions(options.sessions);
    for (std::size_t at = 0; at < sessions.size(); ++at) {
        sessions[at].number = at;
        open(sessions[at]);
    }
    while (ready < sessions.size() || options.first_since != 0) turn(60000);
    run_until(now() + static_cast<std::int64_t>(options.seconds * 0.2e9));
    measuring = true;
    const std::int64_t start = now();
    run_until(start + static_cast<std::int64_t>(options.seconds * 1e9));
    const double seconds = static_cast<double>(now() - start) / 1e9;
    if (latencies.empty()) fail("no call was answered in the time given");
    std::sort(latencies.begin(), latencies.end());
    const auto at = [](double part) {
        return static_cast<double>(
                   latencies[static_cast<std::size_t>(part * static_cast<double>(latencies.size() - 1))]) /
               1e3;
    };
    std::printf(R"({"calls":%zu,"all":%llu,"rate":%.1f,"p50":%.1f,"p99":%.1f})"
                "\n",
                latencies.size(), static_cast<unsigned long long>(all_calls),
                static_cast<double>(latencies.size()) / seconds, at(0.5), at(0.99));
}
