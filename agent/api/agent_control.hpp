// What the API asks of the root: facts about the agent, its end or replacement. Called on the loop thread.
#pragma once

#include "agent/async/task.hpp"
#include "agent/health/health_judge.hpp"
#include "agent/http/listener.hpp"
#include "agent/metrics/figure.hpp"
#include "agent/observe/desk.hpp"
#include "agent/process/command_line.hpp"
#include "agent/process/tcp_sockets.hpp"
#include "agent/registry/registry.hpp"
#include "agent/signals/signals.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::api {

/// What GET /api/agent shows beyond what the rooms say themselves.
struct AgentFacts {
    std::string version;
    pid_t pid = 0, keeper_pid = 0;
    Timestamp started_at{};
    Paths paths;
    std::filesystem::path database = {};
    std::vector<std::string> notices = {};
    bool has_cgroup = false;
    std::vector<TcpFact> tcp = {};
    std::map<std::string, std::string> server_environment = {};  // what each server gets before its own
};

struct AgentControl {
    std::function<AgentFacts()> facts;
    std::function<bool()> is_ready;
    std::function<http::Listener::Counters()> connections;
    Duration call_timeout{60'000};  // of a request to a server without a time of its own
    observe::Desk* desk = nullptr;  // never null once the API serves
    /// Asks the container engine, and says which one answered.
    std::function<Task<Result<std::string>>()> ask_engine;
    /// Of the run that is watched; nothing when it is not.
    std::function<std::optional<HealthCheck>(const std::string& server_id)> last_check;
    /// Before the history of checks is read; and those that were never stored.
    std::function<Task<>()> store_checks;
    std::function<std::uint64_t()> lost_checks;

    /// What a start waits for ("pulling IMAGE: 3 of 7 layers"); empty when for nothing in particular.
    std::function<std::string(const std::string& server_id)> progress;

    /// The end begins after the answer has been written (a few hundred milliseconds later).
    std::function<Result<>(Supervisor::Servers servers)> request_stop;
    std::function<Result<>()> request_restart;
    /// `mcpm WORDS…` as the agent's own user: for what only the command line knows.
    std::function<Task<Result<CommandLineAnswer>>(std::vector<std::string> words)> ask_command_line;
    std::function<bool(int pid)> is_own_command;
    /// Empty = the program that is running. Answers when the program has said that it is mcpmd.
    std::function<Task<Result<>>(std::string program)> request_upgrade;

    /// forbidden when the configuration refuses what a definition asks for; unset: nothing is.
    std::function<Result<>(const ServerSpec& spec)> check_policy;

    signals::Signals* signals = nullptr;  // what leaves this machine; never null once the API serves
    /// For /metrics, of rooms that the API does not know.
    std::function<std::vector<metrics::HistogramFigure>()> own_times = {};
    registry::Registry* registry = nullptr;  // never null once the API serves
};

}  // namespace mcpm::api
