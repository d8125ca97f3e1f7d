// Accepts connections and speaks HTTP/1.1 on them (Beast inside). Limits on everything: header 16 KiB, body,
// time to read a request, idle time, connections. A session that throws answers 500 and ends alone.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/http/message.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

namespace mcpm::http {

struct Limits {
    std::size_t header_bytes = 16u << 10;
    std::size_t body_bytes = 16u << 20;
    std::size_t connections = 4096;
    std::chrono::seconds read_request{30};   // from the first byte to the last of a request
    std::chrono::seconds idle{300};          // between requests
};

/// Creates and binds the agent's socket: mode 0600, folder 0700, a stale one (nobody answers) replaced by rename.
/// conflict when somebody answers on it. The caller may pass descriptors from socket activation instead.
Result<UniqueFd> bind_unix_socket(const std::filesystem::path& path);

class Listener {
  public:
    /// Takes a listening unix-domain or TCP socket. `endpoint` is called for every request.
    static Result<std::unique_ptr<Listener>> start(Loop& loop, UniqueFd socket, Limits limits, Endpoint endpoint);
    ~Listener();

    std::size_t connections() const;

    /// No new connections; requests in progress get `grace` to finish, streams end at once.
    Task<> stop(std::chrono::milliseconds grace);

  private:
    struct State;
    explicit Listener(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace mcpm::http
