// What a server should be: the values a user gives, with their defaults. No behaviour beyond
// validation and naming. Wire names of the fields live in common/wire, YAML in common/spec_file.
#pragma once

#include "common/error.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mcpm {

using Duration = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;  // UTC

enum class ServerType { process, container, remote };
enum class Transport { stdio, http, sse, none };
enum class Sharing { automatic, shared, per_client, per_call };
enum class RestartMode { always, on_failure, never };
enum class HealthKind { automatic, none, http, tcp, command, process, mcp };
enum class DependencyCondition { started, healthy };
enum class PackageRegistry { npm, pypi, go, cargo, mcpb, binary };
enum class PullPolicy { missing, always, never };
/// Whether a server's own processes may ask the agent on its socket.
enum class ApiUse { refuse, allow };

/// A program and its arguments; never a shell line. `program` is a path or a name looked up on PATH.
struct CommandSource {
    std::string program;
    std::vector<std::string> arguments;
    bool operator==(const CommandSource&) const = default;
};

/// What an installed package is pinned to. Written by the agent, never by a user.
struct PackagePin {
    std::string version;                // exact
    std::string integrity;              // the registry's hash, e.g. "sha512-…"
    std::string folder;                 // absolute; below the agent's package folder
    std::vector<std::string> launcher;  // what is executed: {"/usr/bin/node", "/…/dist/index.js"}
    Timestamp installed_at{};
    std::string files = {};                 // digest of the record of its files; empty: none was kept
    std::vector<std::string> scripts = {};  // packages whose install scripts were not run
    bool operator==(const PackagePin&) const = default;
};

struct PackageSource {
    PackageRegistry registry = PackageRegistry::npm;
    std::string package;       // "@scope/name" or "name"
    std::string version = {};  // as asked: exact, a range, a tag; empty = latest
    std::string program = {};  // which `bin` entry; empty = the only one, or the one named as the package
    std::vector<std::string> arguments = {};
    bool allow_scripts = false;                 // its install scripts, and those of what it needs, are run
    std::optional<PackagePin> pin = {};         // empty until installed
    std::vector<std::string> constraints = {};  // of PyPI: what its dependencies may be, "mcp<2"
    std::vector<std::string> with = {};         // of PyPI: installed beside it, "lxml-html-clean"
    std::string python = {};                    // of PyPI: the Python that it is run by, "3.12", ">=3.12"
    std::string before = {};                    // nothing that was published after this day, "2026-11-28"
    std::string digest = {};  // of a bundle or binary: "sha256:…", what its bytes must have
    bool operator==(const PackageSource&) const = default;
};

/// What an image was when it was first resolved: what runs until `upgrade` moves it. Written by the agent.
struct ImagePin {
    std::string id;      // "sha256:…": the image itself, as the engine here names it
    std::string digest;  // "name@sha256:…" of its registry; empty for an image that was only built here
    Timestamp resolved_at{};
    bool operator==(const ImagePin&) const = default;
};

struct ImageSource {
    std::string image;
    std::vector<std::string> arguments = {};
    std::optional<ImagePin> pin = {};
    bool operator==(const ImageSource&) const = default;
};

struct UrlSource {
    std::string url;
    std::map<std::string, std::string> headers = {};
    bool operator==(const UrlSource&) const = default;
};

using Source = std::variant<CommandSource, PackageSource, ImageSource, UrlSource>;

struct RestartSpec {
    RestartMode mode = RestartMode::on_failure;
    unsigned limit = 0;  // exits in `window` after which it is not retried; 0 = retried at the ceiling
    Duration window = std::chrono::seconds(120);
    bool operator==(const RestartSpec&) const = default;
};

struct HealthSpec {
    HealthKind kind = HealthKind::automatic;  // automatic: mcp for MCP transports, process otherwise
    std::string target = {};                  // URL, or host:port
    std::string match = {};  // of an answer to HTTP: a text that its body must have; empty: any
    std::vector<std::string> command = {};
    Duration interval = std::chrono::seconds(30);
    Duration timeout = std::chrono::seconds(5);
    Duration start_period{0};
    unsigned failure_threshold = 3;
    unsigned success_threshold = 1;
    bool restart_when_unhealthy = false;
    bool operator==(const HealthSpec&) const = default;
};

struct ResourceLimits {
    std::optional<std::uint64_t> memory_bytes;
    std::optional<double> cpus;  // 1.0 = one core
    std::optional<std::uint32_t> pids;
    std::optional<std::uint64_t> open_files;  // RLIMIT_NOFILE
    bool operator==(const ResourceLimits&) const = default;
};

/// How an image is run, beyond what every server has. What is not said has the safe default.
struct ContainerOptions {
    std::string network = {};  // empty: bridge; none, host, or the name of a network of the engine
    std::string user = {};     // NAME, UID, with :GROUP or not; empty: the image's
    bool read_only = false;    // its root file system
    std::vector<std::string> capabilities = {};  // given back after all were dropped: "NET_ADMIN"
    PullPolicy pull = PullPolicy::missing;
    std::string platform = {};                 // "linux/arm64"; empty: the engine's own
    std::vector<std::string> entrypoint = {};  // empty: the image's
    bool secrets_as_environment = false;       // and not as files; whoever may inspect it sees them
    std::string path = {};  // of its MCP endpoint when it speaks HTTP; empty: /mcp (sse: /sse)
    bool operator==(const ContainerOptions&) const = default;
};

/// What clients see of a tool in place of its own words.
struct ToolEdit {
    std::string description = {};                      // empty: the server's
    std::vector<std::string> hide = {};                // arguments that clients neither see nor give
    std::map<std::string, std::string> defaults = {};  // of arguments that a call leaves out; text, or JSON
    bool operator==(const ToolEdit&) const = default;
};

struct ToolRules {
    std::vector<std::string> allow = {};  // glob patterns; empty = all
    std::vector<std::string> deny = {};
    std::map<std::string, std::string> rename = {};
    std::map<std::string, ToolEdit> edit = {};  // by the server's own names
    bool hold = false;                          // only tools that are as they were approved are offered
    bool operator==(const ToolRules&) const = default;
};

struct Dependency {
    std::string server;  // name
    DependencyCondition condition = DependencyCondition::started;
    bool operator==(const Dependency&) const = default;
};

struct ServerSpec {
    std::string name;
    ServerType type = ServerType::process;
    Source source = CommandSource{};
    std::map<std::string, std::string> environment = {};
    std::map<std::string, std::string> secrets = {};  // variable -> name of the secret
    std::string cwd = {};  // absolute; empty = the agent's data folder for that server
    std::vector<std::string> volumes = {};
    std::vector<std::string> ports = {};
    ContainerOptions container = {};  // of an image alone
    Transport transport = Transport::stdio;
    Sharing sharing = Sharing::automatic;
    HealthSpec health = {};
    RestartSpec restart = {};
    Duration stop_timeout = std::chrono::seconds(10);
    Duration start_timeout = std::chrono::seconds(60);
    ResourceLimits resources = {};
    bool lazy = false;
    Duration idle_timeout = std::chrono::minutes(5);  // used when lazy
    ToolRules tools = {};
    std::map<std::string, std::string> labels = {};
    std::vector<Dependency> depends_on = {};
    std::string sandbox = {};  // empty or "none"
    ApiUse api = ApiUse::refuse;
    std::vector<std::string> watch = {};  // files whose change restarts it (common/watch_patterns.hpp)
    bool enabled = true;                  // disabled: never started, not offered to clients
    bool operator==(const ServerSpec&) const = default;
};

/// 1–64 printable characters of any script (counted as code points), no ' ; ` \, no control character,
/// no leading '-'. VALIDATION_ERROR: "Server name is required" or a message containing "Invalid character".
Result<> validate_name(std::string_view name);

/// Every rule that needs nothing but the spec itself. The first failure, naming the field.
Result<> validate(const ServerSpec& spec);

/// A pin is the agent's word, never a client's: the one in `after` goes, the one of `before` (may be null)
/// stays when both name the same package or image.
void settle_pin(const ServerSpec* before, ServerSpec& after);

std::string_view wire_name(ServerType type);
std::string_view wire_name(Transport transport);
std::string_view wire_name(Sharing sharing);
std::string_view wire_name(RestartMode mode);
std::string_view wire_name(HealthKind kind);
std::string_view wire_name(DependencyCondition condition);
std::string_view wire_name(PackageRegistry registry);
std::string_view wire_name(PullPolicy policy);

/// `srv_` + 12 lower-case base-32 characters (RFC 4648 alphabet), from the kernel's random source.
std::string new_server_id();

/// True for text of exactly that form; anything else must never become part of a path.
bool is_server_id(std::string_view text);

}  // namespace mcpm
