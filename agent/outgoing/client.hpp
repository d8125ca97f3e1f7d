// The room outgoing. It may include async. It never knows for whom it asks.
//
// HTTP (and letters, by SMTP) to the outside, for everything in the agent that speaks to the internet or to a
// remote server: one request, the head of its answer, then its body as it comes. The only room that knows
// libcurl. Nothing blocks the loop; names are resolved by libcurl's own threads.
//
// TLS is always verified. Proxies come from the settings or the environment (proxy.hpp), but not for
// loopback, and an error names the one that was on the way. Compressed answers are decoded; limits count what
// comes out. A redirect is followed at most five times and only to the same origin, so no header reaches a
// host it was not meant for. No message of an error has more of the address than its origin, and nothing of a
// header.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"
#include "agent/outgoing/proxy.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::outgoing {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Limits {
    Duration connect{10'000};
    Duration idle{0};                // without one byte of the answer; 0: none
    Duration total{0};               // 0: none
    std::uint64_t body = 16u << 20;  // bytes of the answer; 0: none (a stream)
};

/// How a letter is handed over. The request's body is the letter, with its head and CRLF; its method and
/// headers mean nothing.
struct Mail {
    enum class Tls { required, opportunistic, off };
    std::string from;
    std::vector<std::string> to;
    std::string user = {}, password = {};
    Tls tls = Tls::required;
};

struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers = {};
    std::string body = {};
    Limits limits = {};
    std::shared_ptr<const Mail> mail = {};  // with a URL smtp:// or smtps://
};

struct Head {
    int status = 0;
    Headers headers = {};  // names in lower case
    /// The first of that name (in lower case), or empty.
    std::string_view header(std::string_view name) const;
    bool is_event_stream() const;
};

enum class Problem { dns, connect, tls, timed_out, too_large, cut_off, redirect, proxy, other };
std::string_view text_of(Problem problem);  // "dns", "connect", …

struct Failure {
    Problem problem = Problem::other;
    Error error;  // details {"problem": "dns"}; of a letter also "reply", SMTP's last, or 0
    /// Nothing of the request went out: there was no connection.
    bool is_unreachable() const {
        return problem == Problem::dns || problem == Problem::connect || problem == Problem::tls ||
               problem == Problem::proxy;
    }
};

/// Called on the loop thread and never from within start(); `done` last, and not after a cancel.
struct Receiver {
    std::function<void(const Head& head)> head;
    std::function<void(std::string_view bytes)> body;
    std::function<void(const std::optional<Failure>& failure)> done;
};

struct Answer {
    Head head;
    std::string body;
};

class Exchange;

/// A request under way; cancelled with this object.
class Ticket {
  public:
    Ticket() = default;
    explicit Ticket(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    Ticket(Ticket&&) noexcept = default;
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket() { cancel(); }
    void cancel();

  private:
    std::shared_ptr<Exchange> exchange_;
};

class Client {
  public:
    Client(Loop& loop, Workers& workers, Network network = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Loads libcurl when it is not loaded yet. Needed before everything below.
    Task<Result<>> prepare();

    /// unavailable before prepare() and after close().
    Result<Ticket> start(Request request, Receiver receiver);
    /// One nobody waits for; close() gives it time.
    void send_and_forget(Request request);
    /// Head and body together; a body over the limit is payload_too_large.
    Task<Result<Answer>> fetch(Request request);

    /// A reference (absolute or relative) as seen from `base`; validation_error when it is none.
    Result<std::string> resolve(const std::string& base, const std::string& reference) const;
    /// "https://host:port", lower case, with the port always said; empty when it is no http(s) URL.
    std::string origin_of(const std::string& url) const;

    /// Waits for what was sent to be forgotten; everything else is cancelled without a word.
    Task<> close(Duration limit);

  private:
    friend class Exchange;
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace mcpm::outgoing
