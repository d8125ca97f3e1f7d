// What is looked at: servers that run, calls of tools, the container engine. All that is passed by reference
// outlives what is made here.
#pragma once

#include "agent/engine/engine.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/health/silence.hpp"
#include "agent/observe/desk.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/hidden_values.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::observe {

/// Whose calls are recorded with their arguments, and what is hidden in them.
struct ArgumentRecording {
    std::vector<std::string> servers = {};  // names; "all"
    std::function<HiddenValues(const std::string& server_id)> hidden = {};
};

/// Calls that end are recorded from now on.
std::unique_ptr<Desk> open_desk(Loop& loop, Workers& workers, const StateStore& store, Supervisor& supervisor,
                                gateway::Gateway& gateway, engine::Engine& engine,
                                ArgumentRecording arguments = {});

/// What a server's first process and all below it use; nothing for a server that runs elsewhere.
Task<std::optional<Vitals>> vitals_of(Workers& workers, Supervisor& supervisor, std::string server_id);

/// Of the file system of `folder`, for us; nothing when it cannot be told.
Task<std::optional<std::uint64_t>> free_bytes_of(Workers& workers, std::filesystem::path folder);

/// "Docker Engine 20.10.24".
Task<Result<std::string>> ask_engine(engine::Engine& engine);

}  // namespace mcpm::observe
