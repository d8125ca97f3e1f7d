// Where configuration, data, state and the socket live: the XDG base directories, or /etc, /var/lib, /run
// when `MCPM_SYSTEM=1`; each overridable by MCPM_CONFIG_HOME, MCPM_DATA_HOME, MCPM_STATE_HOME,
// MCPM_RUNTIME_DIR (absolute). Pure but for reading the environment; creates nothing.
#pragma once

#include "common/error.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace mcpm {

struct Paths {
    std::filesystem::path config;   // config.yaml
    std::filesystem::path data;     // mcpm.db, packages/, custom-templates/
    std::filesystem::path state;    // logs/<id>/, agent.log, snapshot.json
    std::filesystem::path runtime;  // agent.sock, agent.lock; mode 0700

    std::filesystem::path config_file() const { return config / "config.yaml"; }
    std::filesystem::path database() const { return data / "mcpm.db"; }
    std::filesystem::path packages() const { return data / "packages"; }
    /// One sealed file each; the key that opens them all is beside the folder, not in it.
    std::filesystem::path secrets() const { return data / "secrets"; }
    std::filesystem::path secrets_key() const { return data / "secrets.key"; }
    std::filesystem::path logs() const { return state / "logs"; }
    std::filesystem::path agent_log() const { return state / "agent.log"; }
    /// The servers as they were last known, for `list` and `show` with the agent down.
    std::filesystem::path snapshot() const { return state / "snapshot.json"; }
    /// At most 107 bytes (sun_path, unix(7)); find_paths checks it.
    std::filesystem::path socket() const { return runtime / "agent.sock"; }
    /// Held by flock for the agent's life; holds the keeper's pid as text. In the data folder: one agent per
    /// data.
    std::filesystem::path lock() const { return data / "agent.lock"; }
};

/// Without XDG_RUNTIME_DIR the runtime folder is a living agent's, our /run/user/UID, or /tmp/mcpm-UID.
/// validation_error when HOME is missing and needed, or a path is relative or too long for a socket.
Result<Paths> find_paths();

/// The paths in a given environment, for tests.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Result<Paths> find_paths(const Environment& environment, unsigned uid);

}  // namespace mcpm
