// What the API asks of the root: facts about the agent, its end or replacement. Called on the loop thread.
#pragma once

#include "agent/async/task.hpp"
#include "agent/http/listener.hpp"
#include "agent/metrics/figure.hpp"
#include "agent/process/command_line.hpp"
#include "agent/process/tcp_sockets.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/config_file.hpp"
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
    Duration call_timeout = Config{}.call_timeout;  // of a request to a server without a time of its own
    /// Asks the container engine, and says which one answered.
    std::function<Task<Result<std::string>>()> ask_engine;

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

    /// For /metrics, of rooms that the API does not know.
    std::function<std::vector<metrics::HistogramFigure>()> own_times = {};
};

}  // namespace mcpm::api
