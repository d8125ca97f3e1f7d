#include "cli/connect_link.hpp"

#include "cli/command_words.hpp"
#include "common/client_folder.hpp"
#include "common/local_http.hpp"
#include "common/wire.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mcpm::cli {

namespace {

constexpr std::size_t most_body = 64UL * 1024;
constexpr std::size_t most_head = 16UL * 1024;

/// Where this program was started, for servers that work where their client does. An older agent does not
/// look at it.
std::string folder_headers() {
    const std::string folder = typed_in_here().folder;
    if (!is_client_folder(folder)) return {};
    return "Mcpm-Client-Cwd: " + percent_encode(folder) +
           "\r\nMcpm-Client-Root: " + percent_encode(project_root(folder)) + "\r\n";
}

bool is_for_later(int error_number) {
    return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

ErrorCode code_of(unsigned status) {
    switch (status) {
        case 401:
            return ErrorCode::unauthorized;
        case 403:
            return ErrorCode::forbidden;
        case 404:
            return ErrorCode::server_not_found;
        case 503:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::internal_error;
    }
}

}  // namespace

Result<ConnectLink> ConnectLink::ask(const std::string& socket_path, std::string_view target) {
    auto socket = connect_local_socket(socket_path);
    if (!socket) return socket.error();
    ConnectLink link(std::move(*socket));
    std::string request = "GET ";
    request.append(target).append(
        " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: mcp-stdio\r\n"
        "User-Agent: mcpm-connect/" MCPM_VERSION "\r\n");
    request.append(folder_headers()).append("\r\n");
    // A fresh socket takes this much at once.
    if (link.send(request) != request.size())
        return Error{ErrorCode::unavailable, "ask the agent: it ended while it was asked"};
    return link;
}

std::size_t ConnectLink::send(std::string_view bytes) {
    if (state_ == State::gone || bytes.empty()) return 0;
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    // What the agent still said is read before its end is believed: receive() notices.
    if (!is_for_later(errno)) ::shutdown(socket_.get(), SHUT_WR);
    return 0;
}

std::size_t ConnectLink::receive(std::span<char> room) {
    if (!surplus_.empty()) {
        const std::size_t count = std::min(room.size(), surplus_.size());
        std::copy_n(surplus_.begin(), count, room.begin());
        surplus_.erase(0, count);
        return count;
    }
    std::array<char, 4096> piece;  // not filled with zeros
    const bool is_open = state_ == State::open;
    if (!is_open) room = piece;
    const auto got = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0 && is_for_later(errno)) return 0;
    if (got <= 0) {
        if (state_ != State::refused || !answer_.complete()) state_ = State::gone;
        return 0;
    }
    const auto count = static_cast<std::size_t>(got);
    if (is_open) return count;
    take_head({room.data(), count});
    return 0;
}

void ConnectLink::take_head(std::string_view bytes) {
    if (status_ != 0) return take_refusal(bytes);
    head_ += bytes;
    const auto end = head_.find("\r\n\r\n");
    if (end == std::string::npos) {
        if (head_.size() > most_head) state_ = State::gone;
        return;
    }
    constexpr std::string_view switching = "HTTP/1.1 101";
    if (head_.starts_with(switching)) {
        state_ = State::open;
        surplus_ = head_.substr(end + 4);
        head_ = {};
        return;
    }
    status_ = 1;  // known for good once the answer is whole
    take_refusal(head_);
}

void ConnectLink::take_refusal(std::string_view bytes) {
    const auto fed = answer_.feed(bytes, [this](std::string_view part) {
        if (body_.size() + part.size() <= most_body) body_ += part;
        return true;
    });
    if (!fed) {
        state_ = State::gone;
    } else if (answer_.complete()) {
        status_ = answer_.status();
        state_ = State::refused;
    }
}

Error ConnectLink::refusal() const {
    // The gateway answers in the protocol's way, the API in its envelope.
    const auto body = wire::parse_answer(body_);
    const bool is_object = body && body->is_object();
    if (is_object && body->contains("success")) {
        auto said = wire::open_envelope(body_);
        if (!said) return said.error();
    }
    if (is_object && body->contains("error") && (*body)["error"].is_object()) {
        const auto message = (*body)["error"].find("message");
        if (message != (*body)["error"].end() && message->is_string())
            return Error{code_of(status_), message->get<std::string>()};
    }
    return Error{code_of(status_),
                 "the agent answered " + std::to_string(status_) + " where an upgrade was asked for",
                 {},
                 "is it older than this mcpm? `mcpm agent upgrade` replaces it"};
}

}  // namespace mcpm::cli
