#include "common/local_http.hpp"

#include "common/encodings.hpp"
#include "common/http_answer.hpp"
#include "common/socket_trust.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>

namespace mcpm {

namespace {

constexpr std::size_t most_answer_bytes = 256UL * 1024 * 1024;
constexpr std::chrono::milliseconds for_ever{0};
constexpr std::chrono::seconds watch_interval{1};

Error agent_gone(int error_number) {
    return system_error("talk to the agent", error_number, ErrorCode::unavailable);
}

bool is_clean(std::string_view text) {
    return !text.empty() &&
           std::none_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7F; });
}

std::string request_head(const LocalRequest& request) {
    std::string head;
    head.reserve(160 + request.target.size());
    head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (!request.body.empty()) head.append("Content-Type: application/json\r\n");
    const bool may_have_body = request.method != "GET" && request.method != "HEAD";
    if (!request.body.empty() || may_have_body)
        head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    return head.append("\r\n");
}

}  // namespace

Result<> LocalHttp::wait_for(short events, std::chrono::milliseconds limit) {
    using Clock = std::chrono::steady_clock;
    using std::chrono::milliseconds;
    const auto begun = Clock::now();
    auto asked_at = begun;
    while (true) {
        const auto now = Clock::now();
        const auto silent = std::chrono::duration_cast<milliseconds>(now - begun);
        if (limit != for_ever && silent >= limit)
            return Error{ErrorCode::timed_out,
                         "the agent did not answer within " + std::to_string(limit.count()) + " ms"};
        if (watch_ && now - asked_at >= watch_interval) {
            asked_at = now;
            if (auto given_up = watch_(silent)) return *given_up;
        }
        milliseconds rest = limit == for_ever ? milliseconds(std::numeric_limits<int>::max())
                                              : std::chrono::ceil<milliseconds>(begun + limit - now);
        if (watch_) rest = std::min<milliseconds>(rest, watch_interval);
        rest = std::clamp<milliseconds>(rest, milliseconds(0), milliseconds(std::numeric_limits<int>::max()));
        const bool without_end = limit == for_ever && !watch_;
        pollfd entry{socket_.get(), events, 0};
        const int ready = ::poll(&entry, 1, without_end ? -1 : static_cast<int>(rest.count()));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return agent_gone(errno);
    }
}

Result<UniqueFd> connect_local_socket(const std::string& socket_path, Listening who) {
    const std::string attempted = "connect to the agent at " + socket_path;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.empty() || socket_path.size() >= sizeof(address.sun_path) ||
        socket_path.find('\0') != std::string::npos)
        return Error{ErrorCode::validation_error, attempted + ": not a path of 1 to 107 bytes"};
    std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
    const std::filesystem::path path(socket_path);
    const auto owner = who == Listening::agent ? check_socket_folder(path.parent_path()) : Result<uid_t>(0);
    if (!owner) return owner.error();
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return system_error(attempted, errno, ErrorCode::unavailable);
    while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        if (errno != EINTR) return system_error(attempted, errno, ErrorCode::unavailable);
    if (auto known = check_socket_peer(socket.get(), path, *owner); !known) return known.error();
    return socket;
}

Result<LocalHttp> LocalHttp::connect(const std::string& socket_path, Listening who) {
    auto socket = connect_local_socket(socket_path, who);
    if (!socket) return socket.error();
    return LocalHttp(std::move(*socket));
}

Result<LocalResponse> LocalHttp::send(const LocalRequest& request, std::chrono::milliseconds limit) {
    return exchange(request, limit, nullptr);
}

Result<LocalResponse> LocalHttp::stream(const LocalRequest& request, const Sink& sink) {
    return exchange(request, for_ever, &sink);
}

Result<LocalResponse> LocalHttp::exchange(const LocalRequest& request, std::chrono::milliseconds limit,
                                          const Sink* sink) {
    if (!is_clean(request.method) || !is_clean(request.target) || request.target.front() != '/')
        return Error{ErrorCode::validation_error, "ask the agent: the target is not percent-encoded"};
    answered_ = false;
    refused_ = !socket_;
    if (!socket_) return Error{ErrorCode::unavailable, "ask the agent: the connection is closed"};
    std::string bytes = request_head(request);
    constexpr std::size_t worth_two_writes = 64UL * 1024;
    const bool together = request.body.size() <= worth_two_writes;
    if (together) bytes.append(request.body);
    auto written = write_all(bytes, limit);
    if (written && !together) written = write_all(request.body, limit);
    if (!written && written.error().code == ErrorCode::timed_out) {
        socket_.reset();
        return written.error();
    }
    // A peer that refuses a large body answers and closes: its answer says more than the broken pipe.
    auto answer = read_answer(request.method, limit, sink);
    if (!answer) socket_.reset();
    if (!answer && !written) return written.error();
    return answer;
}

Result<> LocalHttp::write_all(std::string_view bytes, std::chrono::milliseconds limit) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno != EAGAIN) {
            refused_ = errno == EPIPE || errno == ECONNRESET;
            return agent_gone(errno);
        }
        auto ready = wait_for(POLLOUT, limit);
        if (!ready) return ready;
    }
    return {};
}

Result<std::size_t> LocalHttp::read_some(char* out, std::size_t size, std::chrono::milliseconds limit) {
    while (true) {
        if (limit != for_ever || watch_) {
            auto ready = wait_for(POLLIN, limit);
            if (!ready) return ready.error();
        }
        const ssize_t got = ::recv(socket_.get(), out, size, 0);
        if (got > 0) answered_ = true;
        if (got >= 0) return static_cast<std::size_t>(got);
        // The kernel's word that what was sent had not been read to its end (unix(7)): it had no effect.
        if (errno == ECONNRESET) refused_ = true;
        if (errno == ECONNRESET) return std::size_t{0};
        if (errno != EINTR && errno != EAGAIN) return agent_gone(errno);
    }
}

Result<LocalResponse> LocalHttp::read_answer(std::string_view method, std::chrono::milliseconds limit,
                                             const Sink* sink) {
    HttpAnswer answer({.has_body = method != "HEAD"});
    LocalResponse response;
    bool too_large = false;
    const HttpAnswer::Sink take = [&](std::string_view piece) {
        const bool streamed = sink != nullptr && answer.status() / 100 == 2;
        if (streamed) return (*sink)(piece);
        too_large = piece.size() > most_answer_bytes - response.body.size();
        if (!too_large) response.body.append(piece);
        return !too_large;
    };
    std::array<char, 64UL * 1024> buffer;  // not filled with zeros: a call costs a millisecond
    while (!answer.complete()) {
        const auto got = read_some(buffer.data(), buffer.size(), limit);
        if (!got) return got.error();
        const auto fed = *got == 0 ? answer.end() : answer.feed({buffer.data(), *got}, take);
        if (!fed) return fed.error();
    }
    if (too_large) return Error{ErrorCode::payload_too_large, "the agent's answer is larger than 256MiB"};
    if (!answer.can_go_on()) socket_.reset();
    response.status = answer.status();
    response.content_type = answer.content_type();
    return response;
}

std::string percent_encode(std::string_view text) {
    return percent_encoded(text, Hex::upper);
}

}  // namespace mcpm
