#include "agent/health/probe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <string>
#include <utility>

namespace mcpm {

namespace {

using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Resolver = asio::ip::basic_resolver<Tcp, Executor>;

ProbeFinding bad(std::string why) {
    return {CheckOutcome::bad, std::move(why)};
}

/// An open connection, or why there is none.
Task<Result<Socket>> open_connection(Loop& loop, HttpUrl address) {
    const std::string port = std::to_string(address.port);
    const std::string what = "connect to " + address.host + " port " + port + ": ";
    Resolver resolver(loop.get_executor());
    const auto [unresolved, places] = co_await resolver.async_resolve(address.host, port, use_outcome);
    if (unresolved) co_return Error{ErrorCode::unavailable, what + unresolved.message()};
    Socket socket(loop.get_executor());
    const auto [refused, place] = co_await asio::async_connect(socket, places, use_outcome);
    if (refused) co_return Error{ErrorCode::unavailable, what + refused.message()};
    co_return Result<Socket>(std::move(socket));
}

class TcpProbe final : public Probe {
  public:
    TcpProbe(Loop& loop, Result<HttpUrl> address) : loop_(loop), address_(std::move(address)) {}

    Task<ProbeFinding> look() override {
        if (!address_) co_return bad(address_.error().message);
        HttpUrl address = *address_;
        const auto socket = co_await open_connection(loop_, std::move(address));
        co_return socket ? ProbeFinding{} : bad(socket.error().message);
    }

  private:
    Loop& loop_;
    Result<HttpUrl> address_;
};

/// GET without TLS. Nothing but the first line of the answer is read.
class HttpProbe final : public Probe {
  public:
    HttpProbe(Loop& loop, Result<HttpUrl> address) : loop_(loop), address_(std::move(address)) {}

    Task<ProbeFinding> look() override {
        if (!address_) co_return bad(address_.error().message);
        HttpUrl address = *address_;
        auto socket = co_await open_connection(loop_, std::move(address));
        if (!socket) co_return bad(socket.error().message);
        const std::string request = "GET " + address_->path + " HTTP/1.1\r\nHost: " + address_->authority +
                                    "\r\nUser-Agent: mcpm/" MCPM_VERSION
                                    "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        const auto [unsent, sent] = co_await asio::async_write(*socket, asio::buffer(request), use_outcome);
        if (unsent) co_return bad("send the request: " + unsent.message());
        std::array<char, 512> answer{};
        std::size_t size = 0;
        while (size < 12) {
            const auto room = asio::buffer(answer.data() + size, answer.size() - size);
            const auto [ended, got] = co_await socket->async_read_some(room, use_outcome);
            if (ended) co_return bad("read the answer: " + ended.message());
            size += got;
        }
        const unsigned status = status_of_answer({answer.data(), size});
        if (status == 0) co_return bad("the answer is not HTTP");
        co_return judge_answer(status, {}, {});
    }

  private:
    Loop& loop_;
    Result<HttpUrl> address_;
};

class ProcessProbe final : public Probe {
  public:
    Task<ProbeFinding> look() override { co_return ProbeFinding{}; }
};

/// A probe that another room carries out.
class LentProbe final : public Probe {
  public:
    using Means = std::function<Task<ProbeFinding>(HealthTarget)>;
    LentProbe(const Means& means, HealthTarget target) : means_(means), target_(std::move(target)) {}

    Task<ProbeFinding> look() override {
        HealthTarget target = target_;
        return means_(std::move(target));
    }

  private:
    const Means& means_;
    HealthTarget target_;
};

}  // namespace

ProbeFinding judge_answer(unsigned status, std::string_view body, std::string_view match) {
    if (status < 200 || status >= 400) return bad("the answer is " + std::to_string(status));
    if (body.find(match) == std::string_view::npos)
        return bad("the body of the answer does not have \"" + std::string(match) + "\"");
    return {};
}

std::unique_ptr<Probe> make_probe(Loop& loop, const ProbeMeans& means, const HealthTarget& target) {
    switch (target.health.kind) {
        case HealthKind::http:
            if (target.health.target.starts_with("https://") || !target.health.match.empty())
                return std::make_unique<LentProbe>(means.fetch, target);
            return std::make_unique<HttpProbe>(loop, parse_http_address(target.health.target));
        case HealthKind::tcp:
            return std::make_unique<TcpProbe>(loop, parse_tcp_address(target.health.target));
        case HealthKind::mcp:
            return std::make_unique<LentProbe>(means.ask_mcp, target);
        case HealthKind::command:
            return std::make_unique<LentProbe>(means.run_command, target);
        case HealthKind::automatic:
        case HealthKind::none:
        case HealthKind::process:
            break;
    }
    return std::make_unique<ProcessProbe>();
}

}  // namespace mcpm
