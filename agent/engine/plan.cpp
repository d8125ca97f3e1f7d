#include "agent/engine/plan.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace mcpm::engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kind_name(Mount::Kind kind) {
    return kind == Mount::Kind::bind ? "bind" : kind == Mount::Kind::volume ? "volume" : "tmpfs";
}

std::string port_key(const PublishedPort& port) {
    return std::to_string(port.container_port) + "/" + port.protocol;
}

Json mounts_of(const ContainerPlan& plan) {
    Json mounts = Json::array();
    for (const auto& mount : plan.mounts) {
        Json row{{"Type", kind_name(mount.kind)}, {"Target", mount.target}, {"ReadOnly", mount.is_read_only}};
        if (mount.kind != Mount::Kind::tmpfs) row["Source"] = mount.source;
        mounts.push_back(std::move(row));
    }
    // Nameless, so that it goes with the container; a folder of the container's own could not be written to
    // under a read-only root, and a tmpfs is not there before the start.
    if (!plan.secrets.empty())
        mounts.push_back({{"Type", "volume"}, {"Target", secrets_folder}, {"ReadOnly", false}});
    return mounts;
}

Json bindings_of(const ContainerPlan& plan) {
    Json bindings = Json::object();
    for (const auto& port : plan.ports) {
        const std::string host_port = port.host_port == 0 ? "" : std::to_string(port.host_port);
        bindings[port_key(port)].push_back({{"HostIp", port.host_address}, {"HostPort", host_port}});
    }
    return bindings;
}

// Bounded in every case: an engine's default (json-file without a limit) fills the disk.
Json log_config(const ContainerPlan& plan, Flavour flavour) {
    Json options{{"max-size", std::to_string(std::max<std::uint64_t>(plan.log_bytes / 2, 1024)) + "b"}};
    if (flavour == Flavour::podman) return {{"Type", "k8s-file"}, {"Config", std::move(options)}};
    options["max-file"] = "2";
    options["compress"] = "false";
    return {{"Type", "local"}, {"Config", std::move(options)}};
}

Json limits_of(const ContainerPlan& plan) {
    Json limits = Json::object();
    if (plan.memory_bytes != 0) limits["Memory"] = limits["MemorySwap"] = plan.memory_bytes;
    if (plan.cpus > 0) limits["NanoCpus"] = std::llround(plan.cpus * 1e9);
    if (plan.pids != 0) limits["PidsLimit"] = plan.pids;
    if (plan.open_files)
        limits["Ulimits"] =
            Json::array({{{"Name", "nofile"}, {"Soft", *plan.open_files}, {"Hard", *plan.open_files}}});
    return limits;
}

Json host_config(const ContainerPlan& plan, Flavour flavour) {
    Json host = limits_of(plan);
    host["NetworkMode"] = plan.network;
    host["CapDrop"] = Json::array({"ALL"});
    host["CapAdd"] = plan.added_capabilities;
    host["SecurityOpt"] = Json::array();
    if (!plan.allows_new_privileges) host["SecurityOpt"].push_back("no-new-privileges");
    host["Init"] = plan.has_init;
    host["ReadonlyRootfs"] = plan.has_read_only_root;
    host["Mounts"] = mounts_of(plan);
    host["PortBindings"] = bindings_of(plan);
    host["RestartPolicy"] = {{"Name", "no"}};
    host["AutoRemove"] = false;
    host["LogConfig"] = log_config(plan, flavour);
    return host;
}

}  // namespace

std::string create_body(const ContainerPlan& plan, Flavour flavour) {
    Json body{{"Image", plan.image},
              {"Tty", false},
              {"OpenStdin", plan.has_open_input},
              {"StdinOnce", false},
              {"AttachStdin", plan.has_open_input},
              {"AttachStdout", true},
              {"AttachStderr", true},
              {"Labels", plan.labels}};
    Json environment = Json::array();
    for (const auto& [name, value] : plan.environment) environment.push_back(name + "=" + value);
    body["Env"] = std::move(environment);
    if (plan.entrypoint) body["Entrypoint"] = *plan.entrypoint;
    if (!plan.arguments.empty()) body["Cmd"] = plan.arguments;
    if (!plan.cwd.empty()) body["WorkingDir"] = plan.cwd;
    if (!plan.user.empty()) body["User"] = plan.user;
    for (const auto& port : plan.ports) body["ExposedPorts"][port_key(port)] = Json::object();
    body["HostConfig"] = host_config(plan, flavour);
    // What is no UTF-8 in a value of a user's would be refused by any engine; it must not throw here.
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mcpm::engine
