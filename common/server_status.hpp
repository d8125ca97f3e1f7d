// What a server is now. Filled in by the supervisor, read by everybody else.
#pragma once

#include "common/reason.hpp"
#include "common/server_spec.hpp"
#include "common/start_stage.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

enum class ServerState { stopped, starting, running, stopping, waiting, failed };
/// `status` of a server on the wire: the word of the API, of the events, of the metrics and of the CLI.
enum class ShownStatus { stopped, starting, running, stopping, error, unknown };
enum class Desired { down, up };
enum class Health { unknown, healthy, unhealthy };

/// How one run ended. Exactly one of `code` and `signal` is set when the process is known to have ended.
struct Exit {
    std::optional<int> code = {};
    std::optional<int> signal = {};
    bool oom = false;
    Timestamp at{};
    bool operator==(const Exit&) const = default;
};

/// One client's own process of a server.
struct OwnRunStatus {
    std::uint64_t run = 0;
    std::optional<int> pid = {};
    std::string owner = {};
    Timestamp started_at{};
};

struct ServerStatus {
    ServerState state = ServerState::stopped;
    Desired desired = Desired::down;
    Reason reason = Reason::none;
    std::optional<Error> last_error = {};  // why the last start failed, when it did
    std::optional<int> pid = {};
    std::uint64_t run = 0;       // number of the current or last run; 0 = never ran
    unsigned restart_count = 0;  // since it was last started by somebody
    std::optional<Exit> last_exit = {};
    std::optional<Timestamp> next_retry_at = {};
    std::optional<Timestamp> started_at = {};
    Health health = Health::unknown;
    std::vector<OwnRunStatus> own_runs = {};
};

/// One run in the history of a server.
struct RunRecord {
    std::uint64_t run = 0;
    Timestamp started_at{};
    std::optional<int> pid = {};
    std::optional<Timestamp> ready_at = {};
    std::optional<Exit> exit = {};
    StartStage stage = StartStage::none;  // how far a failed start came
    Ending reason = Ending::none;
    std::string command = {};  // what was executed, secrets redacted
    std::string owner = {};    // of one client's own run; empty for the server's
};

/// A server as the API shows it.
struct ServerView {
    std::string id;
    ServerSpec spec;
    ServerStatus status;
    Timestamp created_at{};
    Timestamp updated_at{};
};

/// A server without a copy of its definition, for those who look at many.
struct ServerOutline {
    std::string id;
    std::shared_ptr<const ServerSpec> spec;  // never null
    ServerStatus status;
    Timestamp created_at{};
    Timestamp updated_at{};
};

/// `waiting` and `failed` are both `error`.
ShownStatus shown_status(ServerState state);
/// `unknown` while the engine of its container is away.
ShownStatus shown_status(const ServerStatus& status);

std::string_view wire_name(ServerState state);
std::string_view wire_name(Desired desired);
std::string_view wire_name(Health health);

}  // namespace mcpm
