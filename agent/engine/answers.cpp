#include "agent/engine/answers.hpp"

#include "agent/engine/reading.hpp"
#include "agent/engine/refusal.hpp"
#include "common/number.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mcpm::engine {

namespace {

constexpr ApiVersion oldest_api{1, 41};
/// Up to here nothing changed in what we use.
constexpr ApiVersion newest_api{1, 47};

Error not_understood(std::string_view what) {
    return {ErrorCode::internal_error, fmt::format("the container engine's answer is no {}", what)};
}

struct PhaseName {
    Phase phase;
    std::string_view name;
};
constexpr std::array phases{
    PhaseName{Phase::created, "created"},   PhaseName{Phase::running, "running"},
    PhaseName{Phase::paused, "paused"},     PhaseName{Phase::restarting, "restarting"},
    PhaseName{Phase::removing, "removing"}, PhaseName{Phase::exited, "exited"},
    PhaseName{Phase::dead, "dead"},
};

Phase phase_of(std::string_view name) {
    for (const auto& row : phases)
        if (row.name == name) return row.phase;
    // Podman's own words beside those.
    return name == "configured" || name == "initialized" ? Phase::created
           : name == "stopping"                          ? Phase::running
                                                         : Phase::exited;
}

/// Nothing for the year 1, which means never.
std::optional<Timestamp> time_in(const Json& object, const char* key) {
    const auto time = parse_time(text_in(object, key));
    if (!time || time->time_since_epoch().count() <= 0) return std::nullopt;
    return *time;
}

template <std::integral Number>
Number number_of(std::string_view text) {
    return parse_number<Number>(text).value_or(0);
}

std::string without_slash(std::string name) {
    if (!name.empty() && name.front() == '/') name.erase(0, 1);
    return name;
}

std::vector<BoundPort> ports_of(const Json& settings) {
    std::vector<BoundPort> ports;
    const Json& map = member(settings, "Ports");
    if (!map.is_object()) return ports;
    for (const auto& [key, bindings] : map.items()) {
        if (!bindings.is_array()) continue;
        const auto slash = key.find('/');
        for (const auto& binding : bindings) {
            BoundPort port;
            port.container_port = number_of<std::uint16_t>(std::string_view(key).substr(0, slash));
            port.protocol = slash == std::string::npos ? "tcp" : key.substr(slash + 1);
            port.host_address = text_in(binding, "HostIp");
            port.host_port = number_of<std::uint16_t>(text_in(binding, "HostPort"));
            if (port.container_port != 0 && port.host_port != 0) ports.push_back(std::move(port));
        }
    }
    return ports;
}

}  // namespace

std::string_view wire_name(Phase phase) {
    for (const auto& row : phases)
        if (row.phase == phase) return row.name;
    return "exited";
}

std::optional<int> ContainerEvent::exit_code() const {
    const auto found = attributes.find("exitCode");
    if (found == attributes.end()) return std::nullopt;
    return number_of<int>(found->second);
}

std::optional<ApiVersion> parse_api_version(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const ApiVersion version{number_of<unsigned>(text.substr(0, dot)),
                             number_of<unsigned>(text.substr(dot + 1))};
    if (version.major == 0) return std::nullopt;
    return version;
}

std::string format_api_version(ApiVersion version) {
    return fmt::format("{}.{}", version.major, version.minor);
}

Result<EngineInfo> read_version(std::string_view body, std::string address) {
    const Json json = parse_json(body);
    const auto newest = parse_api_version(text_in(json, "ApiVersion"));
    if (!newest) return not_understood("version of a container engine");
    const auto oldest = parse_api_version(text_in(json, "MinAPIVersion")).value_or(ApiVersion{1, 0});
    EngineInfo info;
    info.address = std::move(address);
    info.version = sanitized(text_in(json, "Version"));
    info.os = sanitized(text_in(json, "Os"));
    info.architecture = sanitized(text_in(json, "Arch"));
    info.name = "Docker Engine";
    const Json& components = member(json, "Components");
    if (components.is_array() && !components.empty()) {
        const std::string name = sanitized(text_in(components.front(), "Name"));
        info.is_podman = name.find("Podman") != std::string::npos;
        if (info.is_podman) info.name = name;
    }
    info.newest_api = *newest;
    info.api = std::min(*newest, newest_api);
    if (info.api < oldest_api || info.api < oldest) {
        return Error{
            ErrorCode::unavailable,
            fmt::format("use {} {} at {}: it speaks API {} to {}, we speak {} to {}", info.name, info.version,
                        info.address, format_api_version(oldest), format_api_version(*newest),
                        format_api_version(oldest_api), format_api_version(newest_api)),
            {},
            "update the container engine or mcpm"};
    }
    return info;
}

Result<Created> read_created(std::string_view body) {
    const Json json = parse_json(body);
    Created created{text_in(json, "Id"), list_in(json, "Warnings")};
    if (created.id.empty()) return not_understood("new container's id");
    for (auto& warning : created.warnings) warning = sanitized(warning);
    return created;
}

Result<ContainerState> read_state(std::string_view body) {
    const Json json = parse_json(body);
    ContainerState state;
    state.id = text_in(json, "Id");
    const Json& facts = member(json, "State");
    if (state.id.empty() || !facts.is_object()) return not_understood("state of a container");
    state.name = without_slash(text_in(json, "Name"));
    state.image = text_in(json, "Image");
    state.created_at = time_in(json, "Created");
    state.labels = texts_in(member(json, "Config"), "Labels");
    state.has_terminal = is_true(member(json, "Config"), "Tty");
    state.phase = phase_of(text_in(facts, "Status"));
    state.pid = number_in<int>(facts, "Pid");
    state.exit_code = number_in<int>(facts, "ExitCode");
    state.was_out_of_memory = is_true(facts, "OOMKilled");
    state.error = sanitized(text_in(facts, "Error"));
    state.started_at = time_in(facts, "StartedAt");
    state.finished_at = time_in(facts, "FinishedAt");
    state.ports = ports_of(member(json, "NetworkSettings"));
    return state;
}

Result<std::vector<ContainerRow>> read_rows(std::string_view body) {
    const Json json = parse_json(body);
    if (!json.is_array()) return not_understood("list of containers");
    std::vector<ContainerRow> rows;
    for (const auto& entry : json) {
        const auto names = list_in(entry, "Names");
        ContainerRow row{text_in(entry, "Id"), names.empty() ? std::string() : without_slash(names.front()),
                         text_in(entry, "ImageID"), texts_in(entry, "Labels"),
                         phase_of(text_in(entry, "State"))};
        if (!row.id.empty()) rows.push_back(std::move(row));
    }
    return rows;
}

Result<ImageInfo> read_image(std::string_view body) {
    const Json json = parse_json(body);
    ImageInfo image;
    image.id = text_in(json, "Id");
    if (image.id.empty()) return not_understood("image");
    if (image.id.find(':') == std::string::npos) image.id.insert(0, sha256_mark);  // Podman leaves it out
    image.digests = list_in(json, "RepoDigests");
    image.tags = list_in(json, "RepoTags");
    image.os = text_in(json, "Os");
    image.architecture = text_in(json, "Architecture");
    image.bytes = number_in<std::uint64_t>(json, "Size");
    const Json& config = member(json, "Config");
    image.entrypoint = list_in(config, "Entrypoint");
    image.arguments = list_in(config, "Cmd");
    image.user = text_in(config, "User");
    const Json& ports = member(config, "ExposedPorts");
    if (ports.is_object())
        for (const auto& entry : ports.items()) image.exposed_ports.push_back(entry.key());
    return image;
}

Result<std::string> read_registry_digest(std::string_view body) {
    const Json json = parse_json(body);
    std::string digest = sanitized(text_in(member(json, "Descriptor"), "digest"));
    if (digest.find(':') == std::string::npos) return not_understood("registry's digest of an image");
    return digest;
}

std::optional<ContainerEvent> read_event(std::string_view line) {
    const Json json = parse_json(line);
    if (text_in(json, "Type") != "container") return std::nullopt;
    ContainerEvent event;
    const Json& actor = member(json, "Actor");
    event.action = text_in(json, "Action");
    event.id = text_in(actor, "ID");
    event.attributes = texts_in(actor, "Attributes");
    // Podman says it once more, by another name.
    if (const auto code = event.attributes.find("containerExitCode"); code != event.attributes.end())
        event.attributes.try_emplace("exitCode", code->second);
    event.time_ns = number_in<std::uint64_t>(json, "timeNano");
    if (event.action.empty() || event.id.empty()) return std::nullopt;
    if (event.action == "died") event.action = "die";
    if (event.action == "remove") event.action = "destroy";
    return event;
}

}  // namespace mcpm::engine
