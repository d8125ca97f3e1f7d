// The fields of a definition that say how it runs: health, restarts, limits, what must run before it.
#include "common/units.hpp"
#include "common/wire_fields.hpp"

#include <array>

namespace mcpm::wire {

namespace {

void read_memory(Reader& reader, const std::string& path, const Json& json, ResourceLimits& out) {
    if (const auto number = whole_number(json)) {
        out.memory_bytes = *number;
        return;
    }
    if (!json.is_string()) return reader.unexpected(path, "a size such as \"512MiB\"", json);
    const auto bytes = parse_bytes(json.get_ref<const std::string&>());
    if (bytes)
        out.memory_bytes = *bytes;
    else
        reader.problem(path, bytes.error().message);
}

void write_memory(const ResourceLimits& limits, std::string_view name, Json& object) {
    if (!limits.memory_bytes) return;
    const std::string text = format_bytes(*limits.memory_bytes);
    const auto back = parse_bytes(text);
    if (back && *back == *limits.memory_bytes)
        object[std::string(name)] = text;
    else
        object[std::string(name)] = *limits.memory_bytes;  // what the short form would round
}

Json size_schema() {
    return Json{{"type", Json::array({"string", "integer"})}};
}

constexpr std::array health_fields{
    field<&HealthSpec::kind>("type"),
    field<&HealthSpec::target>("target"),
    field<&HealthSpec::match>("match"),
    field<&HealthSpec::command>("command"),
    field<&HealthSpec::interval>("interval"),
    field<&HealthSpec::timeout>("timeout"),
    field<&HealthSpec::start_period>("startPeriod"),
    field<&HealthSpec::failure_threshold>("failureThreshold"),
    field<&HealthSpec::success_threshold>("successThreshold"),
    field<&HealthSpec::restart_when_unhealthy>("restart"),
};

constexpr std::array restart_fields{
    field<&RestartSpec::mode>("policy"),
    field<&RestartSpec::limit>("limit"),
    field<&RestartSpec::window>("window"),
};

constexpr std::array resource_fields{
    Field<ResourceLimits>{"memory", read_memory, write_memory, size_schema},
    field<&ResourceLimits::cpus>("cpus"),
    field<&ResourceLimits::pids>("pids"),
    field<&ResourceLimits::open_files>("openFiles"),
};

constexpr std::array dependency_fields{
    field<&Dependency::server>("server"),
    field<&Dependency::condition>("condition"),
};

}  // namespace

void read_value(Reader& reader, const std::string& path, const Json& json, HealthSpec& out) {
    read_object(reader, path, json, out, health_fields);
}
void read_value(Reader& reader, const std::string& path, const Json& json, RestartSpec& out) {
    if (json.is_string()) return read_value(reader, path, json, out.mode);
    read_object(reader, path, json, out, restart_fields);
}
void read_value(Reader& reader, const std::string& path, const Json& json, ResourceLimits& out) {
    read_object(reader, path, json, out, resource_fields);
}
void read_value(Reader& reader, const std::string& path, const Json& json, std::vector<Dependency>& out) {
    if (!json.is_array()) return reader.unexpected(path, "a list of servers", json);
    out.clear();
    for (std::size_t i = 0; i < json.size(); ++i) {
        Dependency dependency;
        const std::string place = path + "[" + std::to_string(i) + "]";
        if (json[i].is_string())
            dependency.server = json[i].get<std::string>();
        else
            read_object(reader, place, json[i], dependency, dependency_fields);
        out.push_back(std::move(dependency));
    }
}

Json write_value(const HealthSpec& value) {
    return write_object(value, health_fields);
}
Json write_value(const RestartSpec& value) {
    return write_object(value, restart_fields);
}
Json write_value(const ResourceLimits& value) {
    return write_object(value, resource_fields);
}
Json write_value(const std::vector<Dependency>& value) {
    Json list = Json::array();
    for (const Dependency& dependency : value) list.push_back(write_object(dependency, dependency_fields));
    return list;
}

Json schema_of(Kind<HealthSpec>) {
    return object_schema(health_fields);
}
Json schema_of(Kind<RestartSpec>) {
    return Json{{"anyOf", Json::array({schema_of(Kind<RestartMode>{}), object_schema(restart_fields)})}};
}
Json schema_of(Kind<ResourceLimits>) {
    return object_schema(resource_fields);
}
Json schema_of(Kind<std::vector<Dependency>>) {
    Json one =
        Json{{"anyOf", Json::array({schema_of(Kind<std::string>{}), object_schema(dependency_fields)})}};
    return Json{{"type", "array"}, {"items", std::move(one)}};
}

}  // namespace mcpm::wire
