// The room http: HTTP as messages, to us and from us on this machine; Beast lives here and nowhere else. It
// may include async and disk. It never knows what a path means, nor who may ask.
//
// Accepts connections and speaks HTTP/1.1 on them (Beast's parser inside). Limits on everything: header 16
// KiB, body, time to read a request, idle time, connections. A session that throws answers 500 and ends
// alone. The endpoint's coroutine is cancelled when its peer has gone. What it may not leave half done it
// starts elsewhere and awaits.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/http/message.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace mcpm::http {

struct Limits {
    std::size_t header_bytes = 16u << 10;
    std::size_t body_bytes = HttpSettings{}.max_body;
    std::size_t connections = HttpSettings{}.max_connections;
    // Connections over TCP that have shown no good credential, in all and of one source (an address, or a
    // user on loopback); beyond that the oldest of them go.
    std::size_t newcomers = 1024;
    std::size_t newcomers_of_one = 256;
    std::chrono::seconds newcomer{10};      // to send a request, and between their requests
    std::chrono::seconds read_request{30};  // from the first byte to the last of a request
    /// Between requests.
    std::chrono::seconds idle = std::chrono::ceil<std::chrono::seconds>(HttpSettings{}.idle_timeout);
    std::chrono::seconds write_answer{60};  // to take a whole answer; a stream may be left waiting
};

enum class Bind { when_free, take_over };

/// Creates and binds the agent's socket: mode 0600, folder 0700, a stale one (nobody answers) replaced by
/// rename. conflict when somebody answers on it, unless the path is to be taken over. The caller may pass
/// descriptors from socket activation instead.
Result<UniqueFd> bind_unix_socket(const std::filesystem::path& path, Bind how = Bind::when_free);

class Listener {
  public:
    /// What went wrong that no peer will hear of: (what was attempted, why it failed).
    using Report = std::function<void(std::string_view attempted, std::string_view why)>;

    /// Takes a listening unix-domain or TCP socket. `endpoint` is called for every request.
    static Result<std::unique_ptr<Listener>> start(Loop& loop, UniqueFd socket, Limits limits,
                                                   Endpoint endpoint, Report report = {},
                                                   HeadCheck head_check = {});
    ~Listener();

    std::size_t connections() const;

    struct Counters {
        std::uint64_t requests = 0;
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;          // beyond the cap
        std::uint64_t let_go = 0;           // newcomers that made room
        std::uint64_t accept_failures = 0;  // no descriptor left, …; each is followed by a pause
    };
    Counters counters() const;

    /// No new connections; requests in progress get `grace` to finish, streams end at once.
    Task<> stop(std::chrono::milliseconds grace);

  private:
    struct State;
    explicit Listener(std::shared_ptr<State> state);
    static Task<> accept_loop(std::shared_ptr<State> state);
    static void adopt(const std::shared_ptr<State>& state, UniqueFd socket);
    static Task<> sweep_loop(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace mcpm::http
