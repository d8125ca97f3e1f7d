// What a container is to be, with everything resolved, and the JSON the engine's API wants for it. The
// defaults are the safe ones; whoever fills a plan loosens what its user asked for. Pure.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::engine {

/// The engine this body is for: Podman has other log drivers.
enum class Flavour { docker, podman };

struct Mount {
    enum class Kind { bind, volume, tmpfs };
    Kind kind = Kind::bind;
    std::string source = {};  // absolute path, or a volume's name; empty for tmpfs
    std::string target;       // absolute path in the container
    bool is_read_only = false;
    bool operator==(const Mount&) const = default;
};

struct PublishedPort {
    std::string host_address = "127.0.0.1";
    std::uint16_t host_port = 0;  // 0: the engine picks one; ContainerState::ports says which
    std::uint16_t container_port = 0;
    std::string protocol = "tcp";
    bool operator==(const PublishedPort&) const = default;
};

/// Where a container finds its secrets.
inline constexpr const char* secrets_folder = "/run/secrets";

/// A file there. Not part of create_body(): who creates the container puts it in place before the start.
struct SecretFile {
    std::string name;
    std::string value;
};

struct ContainerPlan {
    std::string name = {};      // empty: the engine picks one
    std::string image;          // what it is created from: a reference, a digest or an image id
    std::string platform = {};  // "linux/arm64"; empty: the engine's own
    std::map<std::string, std::string> labels = {};
    std::optional<std::vector<std::string>> entrypoint = {};  // nothing: the image's
    std::vector<std::string> arguments = {};                  // empty: the image's
    std::map<std::string, std::string> environment = {};      // beside the image's; visible in `inspect`
    std::string cwd = {};                                     // empty: the image's
    std::string user = {};                                    // empty: the image's
    std::vector<Mount> mounts = {};
    std::vector<SecretFile> secrets =
        {};  // with any, secrets_folder is a volume that goes with the container
    std::vector<PublishedPort> ports = {};
    std::string network = "bridge";
    bool has_open_input = true;                 // stdin stays open whoever detaches
    std::uint64_t memory_bytes = 512ull << 20;  // swap included; 0: no limit
    double cpus = 0;                            // 0: no limit
    std::uint32_t pids = 256;                   // 0: no limit
    std::optional<std::uint64_t> open_files = {};
    std::vector<std::string> added_capabilities = {};  // all others are dropped
    bool allows_new_privileges = false;
    bool has_init = true;  // reaps zombies and forwards signals as pid 1
    bool has_read_only_root = false;
    std::uint64_t log_bytes = 10ull << 20;  // what the engine keeps for us, in two files
};

/// The body of POST /containers/create.
std::string create_body(const ContainerPlan& plan, Flavour flavour);

}  // namespace mcpm::engine
