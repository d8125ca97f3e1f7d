#include "common/spec_file.hpp"

#include "common/dependency_cycle.hpp"
#include "common/json_comments.hpp"
#include "common/package_registries.hpp"
#include "common/setup_json.hpp"
#include "common/setup_sections.hpp"
#include "common/wire_fields.hpp"
#include "common/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace mcpm {

namespace {

using wire::Json;

constexpr std::size_t most_problems = 1000;
constexpr std::size_t most_servers = 10000;
constexpr std::string_view clients_key = "mcpServers";  // as Claude, Cursor and most others have it

struct Place {
    unsigned line = 0;
    unsigned column = 0;
};
using Places = std::map<std::string, Place>;  // the wire's path of a field -> where it stands

Json to_json(const YamlNode& node, const std::string& path, Places& places) {
    switch (node.kind) {
        case YamlNode::Kind::nothing:
            return nullptr;
        case YamlNode::Kind::scalar:
            return node.text;
        case YamlNode::Kind::list: {
            Json list = Json::array();
            for (const YamlNode& item : node.items) {
                const std::string place = path + "[" + std::to_string(list.size()) + "]";
                places[place] = {item.line, item.column};
                list.push_back(to_json(item, place, places));
            }
            return list;
        }
        case YamlNode::Kind::map:
            break;
    }
    // Through a std::map: an ordered_json object would be searched for every key.
    std::map<std::string, Json> members;
    for (const auto& [key, value] : node.members) {
        const std::string place = wire::join(path, key.text);
        places[place] = {key.line, key.column};
        members.emplace(key.text, to_json(value, place, places));
    }
    Json object = Json::object();
    auto& target = object.get_ref<Json::object_t&>();
    target.reserve(members.size());
    for (auto& [key, value] : members) target.push_back({key, std::move(value)});
    return object;
}

/// "config.environment.A" -> "env.A", "config.cwd" -> "cwd".
std::string flat_name(std::string field) {
    constexpr std::string_view config = "config.";
    constexpr std::string_view environment = "environment";
    if (field.compare(0, config.size(), config) == 0) {
        field.erase(0, config.size());
        if (field.compare(0, environment.size(), environment) == 0)
            field.replace(0, environment.size(), "env");
    }
    return field;
}

/// The nearest enclosing thing whose place is known.
Place find_place(const Places& places, std::string field, Place otherwise) {
    while (!field.empty()) {
        const auto found = places.find(field);
        if (found != places.end()) return found->second;
        const std::size_t cut = field.find_last_of(".[");
        field.erase(cut == std::string::npos ? 0 : cut);
    }
    return otherwise;
}

class SpecFileReader {
  public:
    explicit SpecFileReader(SpecFile& file) : file_(file) {}

    void read(const YamlNode& root) {
        if (root.kind == YamlNode::Kind::nothing && root.line == 0)
            return add(1, 1, "the file is empty: expected servers:");
        if (root.kind != YamlNode::Kind::map)
            return add(root.line, root.column, "expected a map with the key servers");
        constexpr std::array<std::string_view, 5> known{"version", "servers", "profiles", "approvals",
                                                        clients_key};
        bool has_servers = false;
        for (const auto& [key, value] : root.members) {
            if (key.text == "servers" || key.text == clients_key) {
                is_of_client_ = key.text == clients_key;
                has_servers = true;
                read_servers(key, value);
            } else if (key.text == "profiles" && !is_clients_file(root)) {
                file_.has_profiles = true;
                read_profiles(key, value, file_);
            } else if (key.text == "approvals" && !is_clients_file(root)) {
                file_.has_approvals = true;
                read_approvals(key, value, file_);
            } else if (key.text != "version") {
                if (!is_clients_file(root))
                    add(key.line, key.column,
                        "unknown key " + yaml_scalar(key.text.substr(0, 64)) + did_you_mean(key.text, known));
            } else if (value.text != "1") {
                add(key.line, key.column, "version: expected 1");
            }
        }
        if (!has_servers) add(root.line, root.column, "expected the key servers");
    }

  private:
    void add(unsigned line, unsigned column, std::string message) {
        if (file_.problems.size() < most_problems)
            file_.problems.push_back({line, column, std::move(message)});
    }

    void read_servers(const YamlNode& key, const YamlNode& servers) {
        if (servers.kind == YamlNode::Kind::nothing) return;
        if (servers.kind != YamlNode::Kind::map)
            return add(key.line, key.column, "servers: expected a map of names to servers");
        if (servers.members.size() > most_servers)
            return add(key.line, key.column, "servers: more than 10000 servers");
        for (const auto& [name, fields] : servers.members) read_server(name, fields);
        check_cycle();
    }

    /// Such a file belongs to an AI client, which keeps other things in it too.
    static bool is_clients_file(const YamlNode& root) {
        return std::any_of(root.members.begin(), root.members.end(),
                           [](const auto& member) { return member.first.text == clients_key; });
    }

    /// Words of AI clients' files for what is called otherwise here; true when it was one.
    bool take_clients_word(const YamlNode& key, const YamlNode& value, Json& definition, Json& config) const {
        if (key.text == "type") {
            constexpr std::array<std::string_view, 5> over_http{"http", "streamable-http", "streamableHttp",
                                                                "streamable_http", "remote-http"};
            const bool is_http = std::find(over_http.begin(), over_http.end(), value.text) != over_http.end();
            if (is_http || value.text == "sse") config["transport"] = is_http ? "http" : "sse";
            return is_http || value.text == "sse" || value.text == "stdio" || value.text == "local";
        }
        if (!is_of_client_) return false;
        if (key.text == "disabled") {
            if (value.text == "true") config["enabled"] = "false";
            return true;
        }
        if (key.text == "serverUrl" || key.text == "httpUrl") {
            definition["url"] = value.text;
            return true;
        }
        constexpr std::array<std::string_view, 12> of_the_client{
            "autoApprove", "alwaysAllow",   "trust",        "timeout",      "description",  "icon",
            "gallery",     "disabledTools", "enabledTools", "includeTools", "excludeTools", "displayName"};
        return std::find(of_the_client.begin(), of_the_client.end(), key.text) != of_the_client.end();
    }

    /// Puts the flat keys where the wire has them.
    Json gather(const YamlNode& name, const YamlNode& fields, const std::string& shown, Places& places) {
        static const std::vector<std::string_view> config_names = wire::config_field_names();
        static const std::vector<std::string_view> source_names = wire::source_field_names();
        Json definition = {{"name", name.text}};
        Json config = Json::object();
        const auto has = [](const auto& names, std::string_view key) {
            return std::find(names.begin(), names.end(), key) != names.end();
        };
        for (const auto& [key, value] : fields.members) {
            if (take_clients_word(key, value, definition, config)) continue;
            const std::string wire_name = key.text == "env" ? "environment" : key.text;
            if (has(config_names, wire_name)) {
                const std::string path = "config." + wire_name;
                if (config.contains(wire_name))
                    add(key.line, key.column, shown + "env and environment are the same, give one");
                places[path] = {key.line, key.column};
                config[wire_name] = to_json(value, path, places);
            } else if (has(source_names, key.text) && key.text != "name" && key.text != "config") {
                places[key.text] = {key.line, key.column};
                definition[key.text] = to_json(value, key.text, places);
            } else {
                std::vector<std::string_view> known = config_names;
                known.insert(known.end(), source_names.begin(), source_names.end());
                known.insert(known.begin(), "env");
                std::erase(known, "name");
                std::erase(known, "config");
                add(key.line, key.column,
                    shown + "unknown key " + yaml_scalar(key.text.substr(0, 64)) +
                        did_you_mean(key.text, known));
            }
        }
        definition["config"] = std::move(config);
        return definition;
    }

    void read_server(const YamlNode& name, const YamlNode& fields) {
        const std::string shown = "server " + yaml_scalar(name.text.substr(0, 64)) + ": ";
        if (fields.kind != YamlNode::Kind::map)
            return add(name.line, name.column, shown + "expected a map of its fields");
        Places places;
        const Json definition = gather(name, fields, shown, places);
        wire::Reader reader{wire::Scalars::text};
        ServerSpec spec = wire::read_spec(reader, definition);
        if (const auto* package = std::get_if<PackageSource>(&spec.source);
            package != nullptr && package->pin)
            reader.problem(std::string(wire_name(package->registry)) + ".pin",
                           "the pin is the agent's own, leave it out");
        if (const auto* image = std::get_if<ImageSource>(&spec.source); image != nullptr && image->pin)
            reader.problem("imagePin", "the pin is the agent's own, leave it out");
        for (const FieldProblem& problem : reader.problems) {
            const Place place = find_place(places, problem.field, {name.line, name.column});
            const std::string field = problem.field == "name" ? "" : flat_name(problem.field) + ": ";
            add(place.line, place.column, shown + field + problem.message);
        }
        if (!spec.depends_on.empty())
            needs_of_[spec.name] = find_place(places, "config.dependsOn", {name.line, name.column});
        file_.servers.push_back(std::move(spec));
    }

    /// Nothing of the file can be applied when some of it never could be.
    void check_cycle() {
        std::vector<DependencyNode> nodes;
        for (const ServerSpec& spec : file_.servers) nodes.push_back(dependency_node(spec));
        const auto cycle = find_cycle(nodes);
        if (cycle.empty()) return;
        std::string names;
        for (const std::string& name : cycle) names += (names.empty() ? "" : " -> ") + name;
        const Place place = needs_of_[cycle.front()];
        add(place.line, place.column,
            "server " + yaml_scalar(cycle.front()) + ": dependsOn makes a cycle: " + names);
    }

    SpecFile& file_;
    std::map<std::string, Place> needs_of_;  // where each says what it depends on
    bool is_of_client_ = false;
};

void write_node(std::string& out, const Json& json, std::size_t indent);

void write_child(std::string& out, const Json& json, std::size_t indent) {
    const bool block = json.is_structured() && !json.empty();
    out += block ? "\n" : " ";
    if (block)
        write_node(out, json, indent);
    else if (json.is_string())
        out += yaml_scalar(json.get_ref<const std::string&>()) + "\n";
    else
        out += json.dump() + "\n";
}

void write_node(std::string& out, const Json& json, std::size_t indent) {
    for (const auto& [key, value] : json.items()) {
        out.append(indent, ' ');
        out += json.is_array() ? "-" : yaml_scalar(key) + ":";
        // A map in a list begins on a line of its own, which YAML allows.
        write_child(out, value, indent + 2);
    }
}

}  // namespace

SpecFile read_spec_file(std::string_view yaml) {
    SpecFile file;
    YamlTree tree = read_yaml(without_json_comments(yaml));
    file.problems = std::move(tree.problems);
    // What stands in a broken document is only partly known: its other mistakes may be no mistakes.
    const bool whole = tree.root.line != 0 || file.problems.empty();
    if (whole) SpecFileReader(file).read(tree.root);
    std::stable_sort(file.problems.begin(), file.problems.end(),
                     [](const SpecProblem& a, const SpecProblem& b) {
                         return a.line != b.line ? a.line < b.line : a.column < b.column;
                     });
    return file;
}

std::string write_spec_file(const std::vector<ServerSpec>& servers) {
    std::string out = std::string(servers_schema_line) + "version: 1\nservers:";
    out += servers.empty() ? " {}\n" : "\n";
    for (const ServerSpec& spec : servers) {
        out += "  " + yaml_scalar(spec.name) + ":\n";
        write_node(out, flat_definition(spec), 4);
    }
    return out;
}

std::string write_setup_file(const SpecFile& file) {
    return write_spec_file(file.servers) + write_profiles(file.profiles) + write_approvals(file.approvals);
}

Error problems_error(const std::string& file, const std::vector<SpecProblem>& problems) {
    constexpr std::size_t most_shown = 20;
    Error error{ErrorCode::validation_error, {}};
    for (std::size_t at = 0; at < problems.size(); ++at) {
        if (at == most_shown) {
            error.message += "\nand " + std::to_string(problems.size() - most_shown) + " more";
            break;
        }
        const SpecProblem& problem = problems[at];
        if (!error.message.empty()) error.message += '\n';
        if (problem.line > 0)
            error.message +=
                file + ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": ";
        error.message += problem.message;
    }
    return error;
}

}  // namespace mcpm
