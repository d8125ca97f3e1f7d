#include "agent/http/client.hpp"

#include "agent/async/with_deadline.hpp"
#include "common/socket_trust.hpp"
#include "common/url.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mcpm::http {

namespace {

using Tcp = asio::ip::tcp;
using Resolver = UseOutcome::as_default_on_t<asio::ip::basic_resolver<Tcp, Executor>>;

bool is_clean(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; });
}

/// Nothing when a line of it would not be one.
std::optional<std::string> bytes_of(const ClientRequest& request) {
    const bool is_target = !request.target.empty() && request.target.front() == '/' &&
                           request.target.find(' ') == std::string::npos;
    if (!is_target || !is_clean(request.target) || !is_clean(request.method)) return std::nullopt;
    std::string out = request.method + " " + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
    out += request.upgrade.empty() ? "Connection: close\r\n"
                                   : "Connection: Upgrade\r\nUpgrade: " + request.upgrade + "\r\n";
    for (const auto& [name, value] : request.headers) {
        if (!is_clean(name) || !is_clean(value)) return std::nullopt;
        out += name + ": " + value + "\r\n";
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
        out += "Content-Length: " + std::to_string(request.body.size() + request.file.bytes) + "\r\n";
    out += "\r\n";
    return out += request.body;
}

HttpAnswer::Form form_of(const ClientRequest& request, const std::string& peer) {
    return {.has_body = request.method != "HEAD", .may_switch = !request.upgrade.empty(), .from = peer};
}

}  // namespace

std::string ClientAddress::text() const {
    if (!socket_path.empty()) return "unix://" + socket_path;
    return "tcp://" + join_authority(host, port);
}

Error ClientStream::broken(int error_number) const {
    return system_error("talk to " + peer_, error_number, ErrorCode::unavailable);
}

Task<Result<>> ClientStream::connect(ClientStream& stream, ClientAddress address) {
    const std::string attempted = "connect to " + stream.peer_;
    if (!address.socket_path.empty()) {
        // sun_path, with its terminating zero.
        if (address.socket_path.size() > 107)
            co_return Error{ErrorCode::validation_error,
                            attempted + ": a socket's path has at most 107 bytes"};
        const asio::local::stream_protocol::endpoint endpoint(address.socket_path);
        const auto [failed] = co_await stream.socket_.async_connect(endpoint);
        if (failed) co_return system_error(attempted, failed.value(), ErrorCode::unavailable);
        co_return check_socket_peer(stream.socket_.native_handle(), address.socket_path);
    }
    Resolver resolver(co_await asio::this_coro::executor);
    const std::string port = std::to_string(address.port);
    const auto [unresolved, found] = co_await resolver.async_resolve(address.host, port);
    if (unresolved)
        co_return Error{ErrorCode::unavailable, fmt::format("{}: {}", attempted, unresolved.message())};
    boost::system::error_code last = asio::error::host_not_found;
    for (const auto& entry : found) {
        boost::system::error_code ignored;
        stream.socket_.close(ignored);
        const Tcp::endpoint endpoint = entry.endpoint();
        const auto [failed] = co_await stream.socket_.async_connect(endpoint);
        last = failed;
        if (!failed) {
            stream.socket_.set_option(Tcp::no_delay(true), ignored);
            break;
        }
    }
    if (last) co_return Error{ErrorCode::unavailable, fmt::format("{}: {}", attempted, last.message())};
    co_return Result<>{};
}

Task<Result<>> ClientStream::receive() {
    const auto [failed, size] = co_await socket_.async_read_some(asio::buffer(input_));
    const HttpAnswer::Sink take = [this](std::string_view piece) {
        body_.append(piece);
        return true;
    };
    if (failed == asio::error::eof || failed == asio::error::connection_reset) co_return answer_.end();
    if (failed) co_return broken(failed.value());
    co_return answer_.feed({input_.data(), size}, take);
}

Task<Result<>> ClientStream::send_file(FilePart file) {
    constexpr std::uint64_t piece_bytes = 256U << 10U;
    std::string piece(piece_bytes, '\0');
    while (file.bytes > 0) {
        const auto wanted = static_cast<std::size_t>(std::min(piece_bytes, file.bytes));
        const auto got = ::pread(file.file, piece.data(), wanted, static_cast<off_t>(file.at));
        if (got <= 0)
            co_return system_error("read what is sent to " + peer_, got < 0 ? errno : EIO,
                                   ErrorCode::unavailable);
        const auto read = static_cast<std::uint64_t>(got);
        const auto sent = co_await write(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
        if (!sent) co_return sent.error();
        file.at += read;
        file.bytes -= read;
    }
    co_return Result<>{};
}

Task<Result<>> ClientStream::exchange_heads(ClientStream& stream, std::string bytes, FilePart file) {
    auto [failed, size] = co_await asio::async_write(stream.socket_, asio::buffer(bytes), use_outcome);
    if (!failed && file.bytes > 0) {
        const auto sent = co_await stream.send_file(file);
        if (!sent) failed = asio::error::broken_pipe;
    }
    // A peer that refuses a large body answers and closes: its answer says more than the broken pipe.
    while (!stream.answer_.head_read()) {
        auto received = co_await stream.receive();
        if (!received && failed) co_return stream.broken(failed.value());
        if (!received) co_return received;
    }
    co_return Result<>{};
}

Task<Result<std::unique_ptr<ClientStream>>> ClientStream::open(ClientAddress address, ClientRequest request,
                                                               ClientLimits limits) {
    const Executor executor = co_await asio::this_coro::executor;
    std::string peer = address.text();
    auto bytes = bytes_of(request);
    if (!bytes)
        co_return Error{ErrorCode::validation_error, "ask " + peer + ": the request has a line that is none"};
    auto form = form_of(request, peer);
    std::unique_ptr<ClientStream> stream(new ClientStream(executor, peer, std::move(form)));
    auto connecting = connect(*stream, std::move(address));
    auto connected = co_await with_deadline(std::move(connecting), limits.connect, "connect to " + peer);
    if (!connected) co_return connected.error();
    auto asking = exchange_heads(*stream, std::move(*bytes), request.file);
    auto asked = co_await with_deadline(std::move(asking), limits.head, "ask " + peer);
    if (!asked) co_return asked.error();
    co_return std::move(stream);
}

Task<Result<std::optional<std::string_view>>> ClientStream::read() {
    if (std::exchange(given_, false)) body_.clear();
    while (body_.empty()) {
        if (answer_.complete()) co_return std::optional<std::string_view>{};
        auto received = co_await receive();
        if (!received) co_return received.error();
    }
    given_ = true;
    co_return std::optional<std::string_view>(body_);
}

Task<Result<>> ClientStream::write(std::string_view bytes) {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [failed, size] = co_await asio::async_write(socket_, buffer, use_outcome);
    if (failed) co_return broken(failed.value());
    co_return Result<>{};
}

Task<Result<std::string>> ClientStream::read_rest(std::uint64_t limit) {
    std::string all;
    for (;;) {
        const auto piece = co_await read();
        if (!piece) co_return piece.error();
        if (!*piece) co_return all;
        if ((*piece)->size() > limit - all.size())
            co_return Error{ErrorCode::payload_too_large,
                            fmt::format("ask {}: its answer is larger than {} bytes", peer_, limit)};
        all.append(**piece);
    }
}

void ClientStream::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

namespace {

Task<Result<ClientAnswer>> fetch_all(ClientAddress address, ClientRequest request, ClientLimits limits) {
    auto stream = co_await ClientStream::open(std::move(address), std::move(request), limits);
    if (!stream) co_return stream.error();
    auto body = co_await (*stream)->read_rest(limits.body);
    if (!body) co_return body.error();
    ClientAnswer answer{(*stream)->status(), (*stream)->content_type(), std::move(*body)};
    co_return answer;
}

}  // namespace

Task<Result<ClientAnswer>> fetch(ClientAddress address, ClientRequest request, ClientLimits limits) {
    std::string attempted = "ask " + address.text();
    auto asking = fetch_all(std::move(address), std::move(request), limits);
    auto answer = co_await with_deadline(std::move(asking), limits.total, std::move(attempted));
    co_return answer;
}

}  // namespace mcpm::http
