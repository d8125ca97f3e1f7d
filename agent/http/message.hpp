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

/// Who is asking. On the unix socket `uid` and `pid` are the kernel's word (SO_PEERCRED, unix(7)).
struct Peer {
    bool is_local_socket = false;
    uid_t uid = static_cast<uid_t>(-1);
    pid_t pid = 0;
    std::string address = {};        // "127.0.0.1:5123" on TCP
    std::string local_address = {};  // "127.0.0.1:3000": which of ours was connected to
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

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";  // empty = none is said
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    /// When set, `body` is ignored and this is called after the head was sent. Owns what it needs.
    std::function<Task<>(BodyWriter&)> stream = {};
};

using Endpoint = std::function<Task<Response>(Request)>;

}  // namespace mcpm::http
