// One request and its answer, as the rest of the agent sees them. Beast stays behind the listener.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::http {

/// What was worked out of a text, for a peer that says the same at each request. Whoever uses it compares the
/// text.
struct Memo {
    std::string text, value;
    bool is_known = false;  // a request of the connection was let in
};

/// The process at the other end when it connected, where it could be looked at: a pid may be another's later.
struct PeerProcess {
    std::string program = {};          // the name of the program
    std::string cgroup = {};           // the path of its control group
    std::vector<pid_t> ancestry = {};  // itself and those it comes from, the nearest first, without pid 1
};

/// Who is asking. On the unix socket `uid` and `pid` are the kernel's word (SO_PEERCRED, unix(7)).
struct Peer {
    bool is_local_socket = false;
    uid_t uid = static_cast<uid_t>(-1);
    pid_t pid = 0;
    std::shared_ptr<const PeerProcess> process = {};  // on the unix socket
    std::string address = {};                         // "127.0.0.1:5123" on TCP
    std::string local_address = {};                   // "127.0.0.1:3000": which of ours was connected to
    std::shared_ptr<Memo> memo = {};                  // of the connection's credential; on TCP
};

struct Request {
    std::string method;                                        // upper case
    std::string target;                                        // as sent
    std::string path;                                          // without query, still percent-encoded
    std::map<std::string, std::string> query;                  // decoded; the last one of a name wins
    std::vector<std::pair<std::string, std::string>> headers;  // names lower case
    std::string body;
    Peer peer;
    std::string principal =
        {};                    // who asks, set by access: "uid:1000", "token:laptop"; for events and sessions
    std::string profile = {};  // the one profile a client's token is bound to; empty = any
    std::string session = {};  // of a browser, by its id, when the cookie of one was shown
    bool is_admin = false;     // likewise: whoever asks may do everything
    std::string_view route = {};           // the pattern that matched; what is meant follows it, not `path`
    std::vector<std::string> path_values;  // decoded, one per {…} of the route

    std::optional<std::string_view> header(std::string_view lower_case_name) const;
    std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Writes a body piece by piece (chunked). write() suspends while the peer's window is full.
class BodyWriter {
  public:
    virtual ~BodyWriter() = default;
    /// False when the peer is gone; then stop.
    virtual Task<bool> write(std::string_view bytes) = 0;
    /// Completes when the peer has closed its end, so that a stream with nothing to say ends at once.
    virtual Task<> closed() = 0;
};

/// A connection after an upgrade: bytes both ways, no HTTP. Valid until the upgrade's coroutine has ended.
/// One reads and one writes at a time, both may wait at once.
class Duplex {
  public:
    virtual ~Duplex() = default;
    /// The next bytes, at most 64 KiB, those first that came along with the request; valid until the next
    /// read(). Nothing when the peer has finished sending: a peer on the unix socket may still listen, see
    /// closed(). Nothing is read ahead: who does not read slows the peer down.
    virtual Task<std::optional<std::string_view>> read() = 0;
    /// All of it; suspends while the peer's window is full. False when the peer is gone or took nothing for
    /// as long as Limits::write_answer; then stop.
    virtual Task<bool> write(std::string_view bytes) = 0;
    /// Completes when the peer is gone.
    virtual Task<> closed() = 0;
};

class WebSocket;  // agent/http/websocket.hpp

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";  // empty = none is said
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    /// When set, `body` is ignored and this is called after the head was sent. Owns what it needs.
    std::function<Task<>(BodyWriter&)> stream = {};
    /// With status 101 (see switch_to): called after the head was sent; the connection ends with it. When
    /// the peer has vanished, it is cancelled, unless it is just reading: then that says so.
    std::function<Task<>(Duplex&)> upgrade = {};
    /// With status 101 (see accept_websocket): likewise, with messages in place of bytes.
    std::function<Task<>(WebSocket&)> websocket = {};
    std::string websocket_key = {};  // the peer's, to be proven seen
    bool had_wrong_secret = false;   // in the body; it counts as one in a header would
};

/// Whether the peer asks to go on in `protocol` (RFC 9110, 7.8); letters' case does not matter.
bool asks_upgrade(const Request& request, std::string_view protocol);
/// "101 Switching Protocols". To a peer that may not be told so (HTTP/1.0, HEAD) it becomes a 400.
Response switch_to(std::string_view protocol, std::function<Task<>(Duplex&)> upgrade);

/// The request belongs to the connection: it outlives the answer's task, and may be used up by it.
using Endpoint = std::function<Task<Response>(Request& request)>;
/// Looks at a request whose body has not come yet. An answer: the body is not read, and the connection ends
/// with it.
using HeadCheck = std::function<std::optional<Response>(Request& head)>;

}  // namespace mcpm::http
