// server.json of the official registry, every schema version: camel case since 2025-09, snake case before,
// alone or in the registry's answer. What it gives no value for is asked of the vault; what cannot be without
// one is left out.
#include "cli/clients/document_edit.hpp"
#include "cli/clients/import_reader.hpp"
#include "common/package_kinds.hpp"
#include "common/server_json.hpp"

namespace mcpm::cli {

namespace {

using server_json::part_in;
using server_json::part_of;
using server_json::said_in;
using server_json::text_in;
using server_json::text_of;

/// An input's value or default, with the defaults of its variables in place; empty when there is none.
std::string value_of(const Json& input) {
    std::string value = text_in(input, "value", "default");
    for (const auto& [name, variable] : part_of(input, "variables").items()) {
        const std::string placeholder = "{" + name + "}";
        const std::size_t at = value.find(placeholder);
        if (at == std::string::npos) continue;
        const std::string filled = value_of(variable);
        if (filled.empty()) return {};
        value.replace(at, placeholder.size(), filled);
    }
    return value;
}

void add_variables(FoundServer& found, const Json& variables) {
    for (const Json& variable : variables) {
        const std::string name = text_of(variable, "name");
        const std::string value = value_of(variable);
        const bool secret = said_in(variable, "isSecret", "is_secret");
        if (name.empty()) continue;
        if (!value.empty() && !secret)
            found.definition["config"]["environment"][name] = value;
        else if (secret || said_in(variable, "isRequired", "is_required"))
            found.definition["config"]["secrets"][name] = "";
    }
}

std::vector<std::string> arguments_of(FoundServer& found, const Json& arguments) {
    std::vector<std::string> words;
    for (const Json& argument : arguments) {
        const std::string name = text_of(argument, "name");
        const std::string value = value_of(argument);
        if (value.empty() && said_in(argument, "isRequired", "is_required")) {
            const std::string shown = name.empty() ? text_in(argument, "valueHint", "value_hint") : name;
            found.problem = "it needs a value for its argument " + shown + ": `mcpm add` gives it one";
        }
        if (value.empty()) continue;
        if (text_of(argument, "type") == "named") words.push_back(name);
        words.push_back(value);
    }
    return words;
}

bool read_package(FoundServer& found, const Json& package) {
    const std::string kind = server_json::kind_of(package);
    const std::string version = text_of(package, "version");
    if (kind == "mcpb" || server_json::transport_of(package) != "stdio") return false;
    const auto words = arguments_of(found, part_in(package, "packageArguments", "package_arguments"));
    if (server_json::is_image(kind)) {
        found.definition["type"] = "container";
        found.definition["image"] = server_json::image_of(package);
        if (!words.empty()) found.definition["args"] = words;
    } else {
        Json& source = found.definition[kind];
        source["package"] = server_json::identifier_of(package);
        if (!version.empty()) source["version"] = version;
        if (!words.empty()) source["args"] = words;
    }
    add_variables(found, part_in(package, "environmentVariables", "environment_variables"));
    if (!part_in(package, "runtimeArguments", "runtime_arguments").empty())
        found.notes.emplace_back("its runtime arguments are left out");
    return true;
}

bool read_remote(FoundServer& found, const Json& remote) {
    const std::string url = text_of(remote, "url");
    if (url.find('{') != std::string::npos) {
        found.problem = "its URL has a part that is yours to give, `mcpm install` asks for it: " + url;
        return true;
    }
    found.definition = Json{{"type", "remote"}, {"url", url}};
    if (text_in(remote, "type", "transport_type") == "sse") found.definition["config"]["transport"] = "sse";
    for (const Json& header : part_of(remote, "headers")) {
        const std::string name = text_of(header, "name");
        const std::string value = value_of(header);
        if (!value.empty()) {
            found.definition["headers"][name] = value;
        } else if (said_in(header, "isRequired", "is_required")) {
            std::string variable = name;
            for (char& c : variable) c = c == '-' ? '_' : c;
            found.definition["headers"][name] = "${" + variable + "}";
            found.definition["config"]["secrets"][variable] = "";
        }
    }
    return !url.empty();
}

}  // namespace

bool is_server_json(const DocumentNode& root) {
    const DocumentNode* const inner = root.find("server");
    const DocumentNode& server = inner != nullptr && inner->is_map() ? *inner : root;
    const DocumentNode* const name = server.find("name");
    return name != nullptr && name->text.find('/') != std::string::npos &&
           (server.find("packages") != nullptr || server.find("remotes") != nullptr);
}

FoundServer read_server_json(const DocumentNode& root, DocumentFormat format) {
    const Json document = to_json(root, format);
    const Json& server = server_json::server_of(document);
    const std::string name = text_of(server, "name");
    FoundServer found;
    found.name = name.substr(name.rfind('/') + 1);
    found.definition = Json::object();
    for (const Json* package : server_json::packages_of(server)) {
        if (read_package(found, *package)) return found;
    }
    const Json& remotes = part_of(server, "remotes");
    if (!remotes.empty() && read_remote(found, remotes.front())) return found;
    found.problem =
        "it has no package of npm, PyPI or an image that speaks on stdio, and no remote: one of them is "
        "expected";
    const Json& packages = part_of(server, "packages");
    for (const Json& package : packages) {
        const std::string kind = server_json::kind_of(package);
        if (kind == "npm" || kind == "pypi" || kind == "oci" || kind == "docker") continue;
        const std::string identifier = server_json::identifier_of(package);
        found.problem = server_json::kind_refusal(kind, identifier, text_of(package, "version"));
    }
    return found;
}

}  // namespace mcpm::cli
