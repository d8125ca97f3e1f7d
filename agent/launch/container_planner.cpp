#include "agent/launch/container_planner.hpp"

#include "common/number.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace mcpm {

namespace {

std::uint16_t port_number(std::string_view text) {
    return parse_number<std::uint16_t>(text).value_or(0);
}

/// In the host's network a port is where the server itself listens; else the engine says where it published
/// it.
std::string endpoint_of(const ServerSpec& spec, const engine::ContainerPlan& container) {
    std::string path = spec.container.path;
    if (path.empty()) path = spec.transport == Transport::sse ? "/sse" : "/mcp";
    if (spec.container.network != "host" || container.ports.empty()) return path;
    return fmt::format("http://127.0.0.1:{}{}", container.ports.front().container_port, path);
}

}  // namespace

engine::Mount mount_of(std::string_view text) {
    engine::Mount mount;
    const auto colon = text.find(':');
    mount.source = text.substr(0, colon);
    mount.kind = mount.source.starts_with('/') ? engine::Mount::Kind::bind : engine::Mount::Kind::volume;
    std::string_view target = text.substr(colon + 1);
    const auto mode = target.find(':');
    mount.is_read_only = mode != std::string_view::npos && target.substr(mode + 1) == "ro";
    mount.target = target.substr(0, mode);
    return mount;
}

engine::PublishedPort published_port(std::string_view text) {
    engine::PublishedPort port;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        port.protocol = text.substr(slash + 1);
        text = text.substr(0, slash);
    }
    const auto last = text.rfind(':');
    port.container_port = port_number(last == std::string_view::npos ? text : text.substr(last + 1));
    if (last == std::string_view::npos) return port;
    text = text.substr(0, last);
    const auto first = text.rfind(':');
    port.host_port = port_number(first == std::string_view::npos ? text : text.substr(first + 1));
    if (first == std::string_view::npos) return port;
    std::string_view address = text.substr(0, first);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    port.host_address = address;
    return port;
}

void give_secrets(const ServerSpec& spec, const std::map<std::string, std::string>& secrets,
                  engine::ContainerPlan& container) {
    std::map<std::string, std::string> files;  // two variables may name one
    for (const auto& [variable, value] : secrets) {
        if (spec.container.secrets_as_environment) {
            container.environment[variable] = value;
            continue;
        }
        // The name of a stored one; what is kept elsewhere has none, and is called as its variable.
        const std::string& stored = spec.secrets.at(variable);
        const std::string& name = stored.find(':') == std::string::npos ? stored : variable;
        files[name] = value;
        // What the definition itself says of that variable goes before.
        container.environment.emplace(variable + "_FILE", fmt::format("{}/{}", engine::secrets_folder, name));
    }
    for (auto& [name, value] : files) container.secrets.push_back({name, std::move(value)});
}

ContainerLaunch plan_container(const ServerSpec& spec) {
    const auto& source = std::get<ImageSource>(spec.source);
    const ContainerOptions& options = spec.container;
    ContainerLaunch wanted;
    wanted.image = {source.image, source.pin, options.pull};
    engine::ContainerPlan& container = wanted.container;
    container.platform = options.platform;
    container.labels = spec.labels;
    if (!options.entrypoint.empty()) container.entrypoint = options.entrypoint;
    container.arguments = source.arguments;
    container.environment = spec.environment;
    container.cwd = spec.cwd;
    container.user = options.user;
    for (const std::string& volume : spec.volumes) container.mounts.push_back(mount_of(volume));
    for (const std::string& port : spec.ports) container.ports.push_back(published_port(port));
    if (!options.network.empty()) container.network = options.network;
    if (spec.resources.memory_bytes) container.memory_bytes = *spec.resources.memory_bytes;
    if (spec.resources.cpus) container.cpus = *spec.resources.cpus;
    if (spec.resources.pids) container.pids = *spec.resources.pids;
    container.open_files = spec.resources.open_files;
    container.added_capabilities = options.capabilities;
    container.has_read_only_root = options.read_only;
    // Engines refuse to publish there; the server listens on the port itself.
    const bool speaks_http = spec.transport == Transport::http || spec.transport == Transport::sse;
    if (speaks_http) {
        wanted.endpoint.url = endpoint_of(spec, container);
        wanted.endpoint.transport = spec.transport;
    }
    if (options.network == "host") container.ports.clear();
    return wanted;
}

}  // namespace mcpm
