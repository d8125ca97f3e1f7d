// What the container engine says, in our words. Values only.
#pragma once

#include "common/server_spec.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::engine {

/// What a version of the engine's API is, e.g. 1.41.
struct ApiVersion {
    unsigned major = 0;
    unsigned minor = 0;
    bool operator==(const ApiVersion&) const = default;
    bool operator<(const ApiVersion& other) const {
        return major != other.major ? major < other.major : minor < other.minor;
    }
};

struct EngineInfo {
    std::string name;          // "Docker Engine", "Podman Engine"
    std::string version;       // "20.10.24"
    std::string address;       // "unix:///var/run/docker.sock"
    ApiVersion api;            // what we talk
    ApiVersion newest_api;     // what it could
    std::string os;            // "linux"
    std::string architecture;  // "amd64"
    bool is_podman = false;
};

struct Created {
    std::string id;                          // 64 hexadecimal digits
    std::vector<std::string> warnings = {};  // what of the plan this engine cannot hold, in its words
};

enum class Phase { created, running, paused, restarting, removing, exited, dead };
std::string_view wire_name(Phase phase);

/// Where a port of the container is reached.
struct BoundPort {
    std::uint16_t container_port = 0;
    std::string protocol;
    std::string host_address;
    std::uint16_t host_port = 0;
};

/// GET /containers/{id}/json.
struct ContainerState {
    std::string id;
    std::string name;   // without the leading slash
    std::string image;  // the image's id
    std::map<std::string, std::string> labels = {};
    Phase phase = Phase::created;
    int pid = 0;  // in the engine's pid namespace; 0 when it does not run
    int exit_code = 0;
    bool was_out_of_memory = false;
    std::string error = {};  // why it could not be started
    std::optional<Timestamp> created_at = {};
    std::optional<Timestamp> started_at = {};   // nothing: never
    std::optional<Timestamp> finished_at = {};  // nothing: not yet
    std::vector<BoundPort> ports = {};
    bool has_terminal = false;

    /// Has a process.
    bool is_alive() const {
        return phase == Phase::running || phase == Phase::paused || phase == Phase::restarting;
    }
};

/// A row of GET /containers/json.
struct ContainerRow {
    std::string id;
    std::string name;
    std::string image;
    std::map<std::string, std::string> labels = {};
    Phase phase = Phase::created;
};

/// A container's life as the engine tells it: "create", "start", "die", "oom", "destroy", "rename", "kill", …
struct ContainerEvent {
    std::string action;
    std::string id;
    std::map<std::string, std::string> attributes = {};  // labels, "name", "exitCode" of a die
    std::uint64_t time_ns = 0;                           // since 1970, the engine's clock
    std::optional<int> exit_code() const;
};

struct Usage {
    std::uint64_t memory_bytes = 0;  // without what the kernel could drop at once (page cache)
    std::uint64_t memory_limit = 0;
    std::uint64_t cpu_ns = 0;  // since it started, of all cores
    std::uint64_t pids = 0;
    std::uint64_t received_bytes = 0, sent_bytes = 0;
    std::uint64_t read_bytes = 0, written_bytes = 0;
};

struct ImageInfo {
    std::string id;                         // "sha256:…"
    std::vector<std::string> digests = {};  // "ghcr.io/owner/name@sha256:…"; none for one that was built here
    std::vector<std::string> tags = {};
    std::string os, architecture;
    std::vector<std::string> entrypoint = {}, arguments = {};
    std::vector<std::string> exposed_ports = {};  // "8080/tcp"
    std::string user;
    std::uint64_t bytes = 0;
};

enum class PullPolicy { missing, always, never };

struct PullProgress {
    std::string status;  // "Downloading", as the engine says it, for people
    unsigned layers_done = 0, layers = 0;
    std::uint64_t bytes_done = 0, bytes = 0;  // of the layers under way, as far as known
};
using OnProgress = std::function<void(const PullProgress&)>;

/// Whether a container's log ends with what is there, or goes on as long as the container runs.
enum class LogReading { until_now, following };

}  // namespace mcpm::engine
