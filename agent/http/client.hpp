// HTTP/1.1 to a service on this machine or a trusted network (a container engine): one request on one
// connection, to a unix socket or a TCP port without TLS. The answer comes whole, within limits, or as a
// stream; after an upgrade the stream is the raw connection. For the internet there is agent/outgoing.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"
#include "common/http_answer.hpp"
#include "common/server_spec.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::http {

/// A unix socket when `socket_path` is given, else a host by name or address.
struct ClientAddress {
    std::string socket_path = {};
    std::string host = {};
    std::uint16_t port = 0;
    std::string text() const;  // "unix:///run/x.sock", "tcp://host:2375"
};

using ClientHeaders = std::vector<std::pair<std::string, std::string>>;

/// A part of a file as a body, or as its end.
struct FilePart {
    int file = -1;  // open for reading; -1: nothing
    std::uint64_t at = 0, bytes = 0;
};

struct ClientRequest {
    std::string method = "GET";
    std::string target;          // path and query, percent-encoded
    ClientHeaders headers = {};  // beside Host, Content-Length and Connection; Content-Type is theirs
    std::string body = {};
    /// Behind `body`. Read on the thread that asks, a piece at a time: for programs that do nothing else.
    FilePart file = {};
    /// Asks to go on in this protocol ("tcp"); the service may also just stream ("200").
    std::string upgrade = {};
};

struct ClientLimits {
    Duration connect{2'000};
    Duration head{10'000};           // from the request to the end of the answer's head
    Duration total{10'000};          // fetch(): all of it
    std::uint64_t body = 16u << 20;  // fetch(): bytes
};

struct ClientAnswer {
    unsigned status = 0;
    std::string content_type = {};
    std::string body = {};
};

/// A connection whose answer's head has been read. Closed with the object.
class ClientStream {
  public:
    /// unavailable with the reason when nobody answers there; timed_out; internal_error when what answers
    /// does not speak HTTP.
    static Task<Result<std::unique_ptr<ClientStream>>> open(ClientAddress address, ClientRequest request,
                                                            ClientLimits limits);

    unsigned status() const { return answer_.status(); }
    const std::string& content_type() const { return answer_.content_type(); }

    /// The next bytes of the body, valid until the next read(); nothing at its end. unavailable when it
    /// breaks off. One reader at a time, beside one writer. Nothing is read ahead.
    Task<Result<std::optional<std::string_view>>> read();
    /// To a service that takes more after its answer's head (an upgraded connection): all of it.
    Task<Result<>> write(std::string_view bytes);
    /// The rest of the body, at most `limit` bytes (payload_too_large).
    Task<Result<std::string>> read_rest(std::uint64_t limit);
    /// Whoever waits in read() or write() comes back with an error.
    void close();

  private:
    using Socket =
        UseOutcome::as_default_on_t<asio::basic_stream_socket<asio::generic::stream_protocol, Executor>>;

    ClientStream(Executor executor, std::string peer, HttpAnswer::Form form)
        : socket_(executor), peer_(std::move(peer)), answer_(std::move(form)) {}

    static Task<Result<>> connect(ClientStream& stream, ClientAddress address);
    static Task<Result<>> exchange_heads(ClientStream& stream, std::string bytes, FilePart file);
    Task<Result<>> send_file(FilePart file);
    Error broken(int error_number) const;
    Task<Result<>> receive();

    Socket socket_;
    std::string peer_;
    HttpAnswer answer_;
    std::array<char, 16u << 10> input_;
    std::string body_;  // bytes of the body that were not given yet, or are just given
    bool given_ = false;
};

/// A whole answer.
Task<Result<ClientAnswer>> fetch(ClientAddress address, ClientRequest request, ClientLimits limits);

}  // namespace mcpm::http
