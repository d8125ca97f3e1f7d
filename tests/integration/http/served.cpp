#include "tests/integration/http/served.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <sys/time.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace mcpm::test {

template <typename Work>
auto Served::on_loop(Work work) {
    std::promise<std::invoke_result_t<Work>> promise;
    auto future = promise.get_future();
    asio::post(loop_, [&] {
        if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
            work();
            promise.set_value();
        } else {
            promise.set_value(work());
        }
    });
    return future.get();
}

Served::Served(http::Limits limits) {
    auto socket = http::bind_unix_socket(this->socket());
    REQUIRE(socket.has_value());
    begin(std::move(*socket), limits);
}

Served::Served(UniqueFd socket, http::Limits limits) {
    begin(std::move(socket), limits);
}

void Served::begin(UniqueFd socket, http::Limits limits) {
    auto listener = http::Listener::start(
        loop_, std::move(socket), limits,
        [this](http::Request& request) { return answer(std::move(request)); },
        [this](std::string_view, std::string_view) { ++reports; });
    REQUIRE(listener.has_value());
    listener_ = std::move(*listener);
    thread_ = std::thread([this] { loop_.run(); });
}

Served::~Served() {
    stop(std::chrono::milliseconds(0));
    on_loop([this] { listener_.reset(); });
    guard_.reset();
    thread_.join();
}

void Served::stop(std::chrono::milliseconds grace) {
    std::promise<void> stopped;
    asio::post(loop_, [&] {
        asio::co_spawn(loop_, listener_->stop(grace),
                       [&](const std::exception_ptr&) { stopped.set_value(); });
    });
    stopped.get_future().get();
}

std::size_t Served::connections() {
    return on_loop([this] { return listener_->connections(); });
}
http::Listener::Counters Served::counters() {
    return on_loop([this] { return listener_->counters(); });
}
void Served::release() {
    on_loop([this] { released_.notify_all(); });
}

Task<http::Response> Served::wait() {
    ++waiting;
    try {
        co_await released_.wait();
    } catch (...) {
        ++cancelled;
        throw;
    }
    http::Response response;
    response.body = "waited";
    co_return response;
}

Task<> Served::pour(http::BodyWriter& writer, bool quiet) {
    struct Ended {
        std::atomic<int>& count;
        ~Ended() { ++count; }
    };
    const Ended ended{streams_ended};
    const std::string piece(64u << 10, 'x');
    if (quiet) {
        const bool sent = co_await writer.write("begun\n");
        if (sent) co_await writer.closed();
        co_return;
    }
    for (;;) {
        const bool sent = co_await writer.write(piece);
        if (!sent) co_return;
        streamed += piece.size();
    }
}

Task<> Served::converse(http::Duplex& duplex, std::string manner) {
    struct Ended {
        std::atomic<int>& count;
        ~Ended() { ++count; }
    };
    const Ended ended{streams_ended};
    if (manner == "/deaf") {
        ++waiting;
        co_await released_.wait();
    }
    if (manner == "/flood") {
        const std::string piece(64u << 10, 'x');
        for (;;) {
            const bool sent = co_await duplex.write(piece);
            if (!sent) co_return;
            streamed += piece.size();
        }
    }
    for (;;) {
        const auto bytes = co_await duplex.read();
        if (!bytes) break;
        streamed += bytes->size();
        const bool sent = co_await duplex.write(*bytes);
        if (!sent) co_return;
    }
    ++reading_ended;
    co_await duplex.write("bye");
}

Task<http::Response> Served::answer(http::Request request) {
    http::Response response;
    response.content_type = "text/plain";
    if (http::asks_upgrade(request, "echo")) {
        co_return http::switch_to(
            "echo", [this, manner = request.path](http::Duplex& duplex) { return converse(duplex, manner); });
    }
    if (request.path == "/throw") throw std::runtime_error("broken on purpose");
    if (request.path == "/wait") co_return co_await wait();
    if (request.path == "/pour" || request.path == "/quiet") {
        const bool quiet = request.path == "/quiet";
        response.stream = [this, quiet](http::BodyWriter& writer) { return pour(writer, quiet); };
        co_return response;
    }
    if (request.path == "/three") {
        response.stream = [](http::BodyWriter& writer) -> Task<> {
            for (const char* piece : {"one ", "two ", "three"}) co_await writer.write(piece);
        };
        co_return response;
    }
    if (request.path == "/let-in" && request.peer.memo) request.peer.memo->is_known = true;
    if (request.path == "/who") {
        response.body = std::to_string(request.peer.uid) + " " + std::to_string(request.peer.pid);
        co_return response;
    }
    response.body = request.method + " " + request.path + " " + request.body;
    co_return response;
}

Client::Client(const std::filesystem::path& path)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const timeval limit{20, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Client::receive_some() {
    std::string piece(64u << 10, '\0');
    const auto got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    pending_.append(piece, 0, static_cast<std::size_t>(got));
    return true;
}

std::string Client::receive_all() {
    while (receive_some()) {
    }
    return std::exchange(pending_, {});
}

std::string Client::receive(bool with_body) {
    std::size_t head_end = 0;
    while ((head_end = pending_.find("\r\n\r\n")) == std::string::npos) {
        if (!receive_some()) return std::exchange(pending_, {});
    }
    std::size_t end = head_end + 4;
    const auto head = pending_.substr(0, end);
    if (const auto length = head.find("Content-Length: "); with_body && length != std::string::npos) {
        end += std::stoul(head.substr(length + 16));
        while (pending_.size() < end && receive_some()) {
        }
    } else if (with_body && head.find("chunked") != std::string::npos) {
        std::size_t last = 0;
        while ((last = pending_.find("\r\n0\r\n\r\n", head_end)) == std::string::npos && receive_some()) {
        }
        end = last == std::string::npos ? pending_.size() : last + 7;
    }
    auto answer = pending_.substr(0, end);
    pending_.erase(0, end);
    return answer;
}

}  // namespace mcpm::test
