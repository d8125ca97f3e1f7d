// Blocking HTTP/1.1 over the agent's unix socket, whole or streamed. Small, no library: a CLI call must cost
// about a millisecond. Understands Content-Length, chunked and close-delimited answers; one request at a
// time, the connection kept open between requests and closed after any failure (the next request then fails
// with unavailable: connect again). Nothing here raises SIGPIPE.
#pragma once

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm {

struct LocalRequest {
    std::string_view method = "GET";
    std::string target;          // path and query, already percent-encoded
    std::string_view body = {};  // JSON; sets Content-Type
};

struct LocalResponse {
    unsigned status = 0;
    std::string content_type;
    std::string body;
};

/// Whose socket it should be. agent: its folder is looked at too (common/socket_trust.hpp).
enum class Listening { agent, engine };

/// A blocking connection to a unix socket, on which nothing was sent yet. unavailable when nobody listens
/// (the errno's text is in the message); forbidden when who listens is neither us nor root.
Result<UniqueFd> connect_local_socket(const std::string& path, Listening who = Listening::agent);

class LocalHttp {
  public:
    /// As connect_local_socket.
    static Result<LocalHttp> connect(const std::string& socket_path, Listening who = Listening::agent);

    /// The whole answer; at most 256 MiB. timed_out after `limit` without a byte (0 = wait for ever).
    Result<LocalResponse> send(const LocalRequest& request, std::chrono::milliseconds limit);

    /// A 2xx body goes to `sink` piece by piece as it arrives; it returns false to stop. Another status is
    /// returned whole. For `follow`.
    using Sink = std::function<bool(std::string_view)>;
    Result<LocalResponse> stream(const LocalRequest& request, const Sink& sink);

    /// Asked every second of silence, with how long it has lasted: an error ends the waiting. Without it,
    /// only the limit does.
    using Watch = std::function<std::optional<Error>(std::chrono::milliseconds silent)>;
    void set_watch(Watch watch) { watch_ = std::move(watch); }

    /// The last request failed before the agent had read it: asking again does nothing twice.
    bool was_untouched() const { return refused_ && !answered_; }

  private:
    explicit LocalHttp(UniqueFd socket) : socket_(std::move(socket)) {}

    Result<> wait_for(short events, std::chrono::milliseconds limit);

    Result<LocalResponse> exchange(const LocalRequest& request, std::chrono::milliseconds limit,
                                   const Sink* sink);
    Result<> write_all(std::string_view bytes, std::chrono::milliseconds limit);
    Result<LocalResponse> read_answer(std::string_view method, std::chrono::milliseconds limit,
                                      const Sink* sink);
    /// Bytes read; 0 = the agent closed the connection.
    Result<std::size_t> read_some(char* out, std::size_t size, std::chrono::milliseconds limit);

    UniqueFd socket_;
    Watch watch_;
    bool answered_ = false;  // a byte of the answer came
    bool refused_ = false;   // the other end closed with bytes of ours unread
};

/// RFC 3986 unreserved characters pass, all else is %XX.
std::string percent_encode(std::string_view text);

}  // namespace mcpm
