#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/package_registries.hpp"
#include "common/spec_rules.hpp"
#include "common/wire_fields.hpp"

#include <algorithm>
#include <array>

namespace mcpm::wire {

namespace {

Json text_schema() {
    return schema_of(Kind<std::string>{});
}

/// `port`: one port, as text or number, beside `ports`.
void read_port(Reader& reader, const std::string& path, const Json& json, ServerSpec& out) {
    if (json.is_string())
        out.ports.push_back(json.get_ref<const std::string&>());
    else if (whole_number(json))
        out.ports.push_back(json.dump());
    else
        reader.unexpected(path, "a port", json);
}

template <typename Owner>
void write_nothing(const Owner&, std::string_view, Json&) {}

constexpr std::array pin_fields{
    field<&PackagePin::version>(fields::server::version),
    field<&PackagePin::integrity>(fields::server::integrity),
    field<&PackagePin::folder>(fields::server::folder),
    field<&PackagePin::launcher>(fields::server::launcher),
    field<&PackagePin::installed_at>(fields::server::installed_at),
    field<&PackagePin::files>(fields::server::files),
    field<&PackagePin::scripts>(fields::server::scripts),
};

constexpr std::array package_fields{
    field<&PackageSource::package>(fields::server::package),
    field<&PackageSource::version>(fields::server::version),
    field<&PackageSource::program>(fields::server::program),
    field<&PackageSource::arguments>(fields::server::args),
    field<&PackageSource::allow_scripts>(fields::server::allow_scripts),
    field<&PackageSource::pin>(fields::server::pin),
    field<&PackageSource::constraints>(fields::server::constraints),
    field<&PackageSource::with>(fields::server::with),
    field<&PackageSource::python>(fields::server::python),
    field<&PackageSource::before>(fields::server::before),
    field<&PackageSource::digest>(fields::server::digest),
};

constexpr std::array config_fields{
    field<&ServerSpec::environment>(fields::config::environment),
    field<&ServerSpec::secrets>(fields::config::secrets),
    field<&ServerSpec::cwd>(fields::config::cwd),
    field<&ServerSpec::volumes>(fields::config::volumes),
    field<&ServerSpec::ports>(fields::config::ports),
    Field<ServerSpec>{fields::config::port, read_port, write_nothing<ServerSpec>, text_schema},
    field<&ServerSpec::container>(fields::config::container),
    field<&ServerSpec::transport>(fields::config::transport),
    field<&ServerSpec::sharing>(fields::config::sharing),
    field<&ServerSpec::health>(fields::config::health),
    field<&ServerSpec::restart>(fields::config::restart),
    field<&ServerSpec::stop_timeout>(fields::config::stop_timeout),
    field<&ServerSpec::start_timeout>(fields::config::start_timeout),
    field<&ServerSpec::resources>(fields::config::resources),
    field<&ServerSpec::lazy>(fields::config::lazy),
    field<&ServerSpec::idle_timeout>(fields::config::idle_timeout),
    field<&ServerSpec::tools>(fields::config::tools),
    field<&ServerSpec::labels>(fields::config::labels),
    field<&ServerSpec::depends_on>(fields::config::depends_on),
    field<&ServerSpec::sandbox>(fields::config::sandbox),
    field<&ServerSpec::api>(fields::config::api),
    field<&ServerSpec::watch>(fields::config::watch),
    field<&ServerSpec::enabled>(fields::config::enabled),
};

/// A definition as it is written, before its source is known to be one.
struct Definition {
    ServerSpec spec = {};
    std::optional<std::string> type = {};
    std::optional<std::string> command = {};
    std::optional<std::vector<std::string>> arguments = {};
    std::optional<PackageSource> npm = {};
    std::optional<PackageSource> pypi = {};
    std::optional<PackageSource> go = {};
    std::optional<PackageSource> cargo = {};
    std::optional<PackageSource> mcpb = {};
    std::optional<PackageSource> binary = {};
    std::optional<std::string> image = {};
    std::optional<ImagePin> image_pin = {};
    std::optional<std::string> url = {};
    std::optional<std::map<std::string, std::string>> headers = {};
    bool has_transport = false;
};

/// "@scope/name@1.2", "name==1.2" (PyPI), or an object.
void read_package(Reader& reader, const std::string& path, const Json& json, PackageSource& out) {
    if (!json.is_string()) return read_object(reader, path, json, out, package_fields);
    const auto& text = json.get_ref<const std::string&>();
    std::size_t length = 1;
    std::size_t mark = text.rfind('@');
    if (out.registry == PackageRegistry::pypi && text.find("==") != std::string::npos) {
        mark = text.find("==");
        length = 2;
    }
    const bool has_version = mark != std::string::npos && mark > 0;
    // Of a bundle or a binary the text is a place, and '@' is part of it.
    const bool is_place = out.registry == PackageRegistry::mcpb || out.registry == PackageRegistry::binary;
    if (is_place) {
        out.package = text;
        return;
    }
    out.package = text.substr(0, has_version ? mark : std::string::npos);
    if (!has_version) return;
    out.version = text.substr(mark + length);
    if (out.version.empty())
        reader.problem(path, "expected a version behind \"" + text.substr(mark, length) + "\"");
}

template <PackageRegistry registry, std::optional<PackageSource> Definition::*member>
void read_package_of(Reader& reader, const std::string& path, const Json& json, Definition& out) {
    PackageSource source;
    source.registry = registry;
    read_package(reader, path, json, source);
    out.*member = std::move(source);
}

/// The pin is the agent's own.
Json package_schema() {
    Json object = object_schema(package_fields);
    object["properties"].erase("pin");
    object["required"] = Json::array({"package"});
    return Json{{"anyOf", Json::array({text_schema(), std::move(object)})}};
}

void read_name(Reader& reader, const std::string& path, const Json& json, Definition& out) {
    read_value(reader, path, json, out.spec.name);
}

void read_config(Reader& reader, const std::string& path, const Json& json, Definition& out) {
    read_object(reader, path, json, out.spec, config_fields);
    out.has_transport = json.is_object() && json.contains(fields::config::transport);
}

constexpr std::array definition_fields{
    Field<Definition>{fields::server::name, read_name, nullptr},
    field<&Definition::type>(fields::server::type),
    field<&Definition::command>(fields::server::command),
    field<&Definition::arguments>(fields::server::args),
    Field<Definition>{fields::server::npm, read_package_of<PackageRegistry::npm, &Definition::npm>, nullptr,
                      package_schema},
    Field<Definition>{fields::server::pypi, read_package_of<PackageRegistry::pypi, &Definition::pypi>,
                      nullptr, package_schema},
    Field<Definition>{fields::server::go, read_package_of<PackageRegistry::go, &Definition::go>, nullptr,
                      package_schema},
    Field<Definition>{fields::server::cargo, read_package_of<PackageRegistry::cargo, &Definition::cargo>,
                      nullptr, package_schema},
    Field<Definition>{fields::server::mcpb, read_package_of<PackageRegistry::mcpb, &Definition::mcpb>,
                      nullptr, package_schema},
    Field<Definition>{fields::server::binary, read_package_of<PackageRegistry::binary, &Definition::binary>,
                      nullptr, package_schema},
    field<&Definition::image>(fields::server::image),
    field<&Definition::image_pin>(fields::server::image_pin),
    field<&Definition::url>(fields::server::url),
    field<&Definition::headers>(fields::server::headers),
    Field<Definition>{fields::server::config, read_config, nullptr},
};

void take_type(Reader& reader, Definition& definition) {
    ServerSpec& spec = definition.spec;
    spec.type = definition.image ? ServerType::container
                : definition.url ? ServerType::remote
                                 : ServerType::process;
    if (!definition.type) return;
    if (*definition.type == "nodejs" || *definition.type == "python") {
        spec.type = ServerType::process;
        return;
    }
    if (const auto type = value_of<ServerType>(*definition.type))
        spec.type = *type;
    else
        reader.unexpected("type", list_names<ServerType>(), *definition.type);
}

/// False when there is not exactly one source.
bool take_source(Reader& reader, Definition& definition) {
    const auto given = [](bool has, const char* name) {
        return has ? std::string(", ") + name : std::string();
    };
    const std::string names =
        given(definition.command.has_value(), "command") + given(definition.npm.has_value(), "npm") +
        given(definition.pypi.has_value(), "pypi") + given(definition.go.has_value(), "go") +
        given(definition.cargo.has_value(), "cargo") + given(definition.mcpb.has_value(), "mcpb") +
        given(definition.binary.has_value(), "binary") + given(definition.image.has_value(), "image") +
        given(definition.url.has_value(), "url");
    constexpr std::string_view one_of =
        "exactly one of command, npm, pypi, go, cargo, mcpb, binary, image and url is needed";
    const bool several = names.find(',', 2) != std::string::npos;
    if (names.empty()) reader.problem("command", std::string(one_of));
    if (several)
        reader.problem(names.substr(2, names.find(',', 2) - 2),
                       std::string(one_of) + ", found " + names.substr(2));
    if (names.empty() || several) return false;
    const bool takes_arguments = definition.command || definition.image;
    if (definition.arguments && !takes_arguments)
        reader.problem("args", definition.url ? "a remote server has no arguments"
                                              : "the arguments of a package are its own field, " +
                                                    names.substr(2) + ".args");
    if (definition.headers && !definition.url)
        reader.problem("headers", "only a server with a url has headers");
    std::vector<std::string> arguments = std::move(definition.arguments).value_or(std::vector<std::string>{});
    Source& source = definition.spec.source;
    if (definition.command) {
        source = CommandSource{*definition.command, std::move(arguments)};
    } else if (definition.npm) {
        source = *std::move(definition.npm);
    } else if (definition.pypi) {
        source = *std::move(definition.pypi);
    } else if (definition.go) {
        source = *std::move(definition.go);
    } else if (definition.cargo) {
        source = *std::move(definition.cargo);
    } else if (definition.mcpb) {
        source = *std::move(definition.mcpb);
    } else if (definition.binary) {
        source = *std::move(definition.binary);
    } else if (definition.image) {
        source = ImageSource{*definition.image, std::move(arguments), std::move(definition.image_pin)};
    } else {
        source = UrlSource{*definition.url,
                           std::move(definition.headers).value_or(std::map<std::string, std::string>{})};
    }
    return true;
}

/// The field, or something around it.
bool concerns(const std::string& said, const std::string& field) {
    return field.compare(0, said.size(), said) == 0 &&
           (field.size() == said.size() || field[said.size()] == '.' || field[said.size()] == '[');
}

/// The definition's own rules, but for fields that could not be read at all.
void add_rule_problems(Reader& reader, const ServerSpec& spec, bool has_source) {
    const std::vector<FieldProblem> said = reader.problems;
    for (FieldProblem& problem : find_problems(spec)) {
        const bool known = std::any_of(said.begin(), said.end(), [&](const FieldProblem& one) {
            return concerns(one.field, problem.field);
        });
        const bool of_source = problem.field == "command" || problem.field == "type";
        if (!known && (has_source || !of_source)) reader.problem(problem.field, std::move(problem.message));
    }
}

struct SourceWriter {
    Json& object;
    void operator()(const CommandSource& source) const {
        object[fields::server::command] = source.program;
        if (!source.arguments.empty()) object[fields::server::args] = source.arguments;
    }
    void operator()(const PackageSource& source) const {
        object[std::string(wire_name(source.registry))] = write_object(source, package_fields);
    }
    void operator()(const ImageSource& source) const {
        object[fields::server::image] = source.image;
        if (source.pin) object[fields::server::image_pin] = write_value(*source.pin);
        if (!source.arguments.empty()) object[fields::server::args] = source.arguments;
    }
    void operator()(const UrlSource& source) const {
        object[fields::server::url] = source.url;
        if (!source.headers.empty()) object[fields::server::headers] = source.headers;
    }
};

template <std::size_t size, typename Owner>
std::vector<std::string_view> names_of(const std::array<Field<Owner>, size>& fields) {
    std::vector<std::string_view> names;
    for (const auto& row : fields) names.push_back(row.name);
    return names;
}

}  // namespace

void read_value(Reader& reader, const std::string& path, const Json& json, PackagePin& out) {
    read_object(reader, path, json, out, pin_fields);
}

Json write_value(const PackagePin& value) {
    return write_object(value, pin_fields);
}

Json server_schema() {
    Json server = object_schema(definition_fields);
    Json& properties = server["properties"];
    for (const char* key : {"name", "imagePin", "config"}) properties.erase(key);
    properties["type"] = names_schema(
        {"process", "container", "remote", "nodejs", "python", "stdio", "http", "streamable-http", "sse"});
    for (const auto& row : config_fields) properties[std::string(row.name)] = row.schema();
    properties["env"] = properties["environment"];
    Json sources = Json::array();
    for (const char* source : {fields::server::command, fields::server::image, fields::server::url})
        sources.push_back(Json{{"required", Json::array({source})}});
    for (const char* source : package_registries)
        sources.push_back(Json{{"required", Json::array({source})}});
    server["oneOf"] = std::move(sources);
    return server;
}

std::vector<std::string_view> config_field_names() {
    return names_of(config_fields);
}
std::vector<std::string_view> source_field_names() {
    return names_of(definition_fields);
}

ServerSpec read_spec(Reader& reader, const Json& json) {
    Definition definition;
    read_object(reader, "", json, definition, definition_fields);
    if (!json.is_object()) return {};
    take_type(reader, definition);
    const bool has_source = take_source(reader, definition);
    if (definition.spec.type == ServerType::remote && !definition.has_transport)
        definition.spec.transport = Transport::http;
    if (reader.unknown == UnknownFields::refused) add_rule_problems(reader, definition.spec, has_source);
    return std::move(definition.spec);
}

Json from_spec(const ServerSpec& spec) {
    Json object = {{fields::server::name, spec.name}, {fields::server::type, wire_name(spec.type)}};
    std::visit(SourceWriter{object}, spec.source);
    Json config = write_object(spec, config_fields);
    if (!config.empty()) object[fields::server::config] = std::move(config);
    return object;
}

Result<ServerSpec> to_spec(const Json& json) {
    Reader reader;
    ServerSpec spec = read_spec(reader, json);
    if (!reader.problems.empty()) return fields_error(reader.problems);
    return spec;
}

}  // namespace mcpm::wire
