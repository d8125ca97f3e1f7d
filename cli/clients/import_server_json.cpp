// server.json of the official registry, every schema version: camel case since 2025-09, snake case before,
// alone or in the registry's answer. What it gives no value for is asked of the vault; what cannot be without
// one is left out.
#include "cli/clients/import_reader.hpp"

namespace mcpm::cli {

namespace {

/// Of either spelling.
const DocumentNode* either(const DocumentNode& node, std::string_view camel, std::string_view snake) {
    const DocumentNode* const found = node.find(camel);
    return found != nullptr ? found : node.find(snake);
}

std::string text_in(const DocumentNode& node, std::string_view camel, std::string_view snake = {}) {
    const DocumentNode* const found = either(node, camel, snake.empty() ? camel : snake);
    return found == nullptr ? "" : found->text;
}

bool is_said(const DocumentNode& node, std::string_view camel, std::string_view snake) {
    return text_in(node, camel, snake) == "true";
}

/// An input's value or default, with the defaults of its variables in place; empty when there is none.
std::string value_of(const DocumentNode& input) {
    std::string value = text_in(input, "value");
    if (value.empty()) value = text_in(input, "default");
    const DocumentNode* const variables = input.find("variables");
    if (variables == nullptr) return value;
    for (const auto& [name, variable] : variables->members) {
        const std::string placeholder = "{" + name.text + "}";
        const std::size_t at = value.find(placeholder);
        if (at == std::string::npos) continue;
        const std::string filled = value_of(variable);
        if (filled.empty()) return {};
        value.replace(at, placeholder.size(), filled);
    }
    return value;
}

void add_variables(FoundServer& found, const DocumentNode* variables) {
    if (variables == nullptr) return;
    for (const DocumentNode& variable : variables->items) {
        const std::string name = text_in(variable, "name");
        const std::string value = value_of(variable);
        const bool secret = is_said(variable, "isSecret", "is_secret");
        if (name.empty()) continue;
        if (!value.empty() && !secret)
            found.definition["config"]["environment"][name] = value;
        else if (secret || is_said(variable, "isRequired", "is_required"))
            found.definition["config"]["secrets"][name] = "";
    }
}

std::vector<std::string> arguments_of(FoundServer& found, const DocumentNode* arguments) {
    std::vector<std::string> words;
    if (arguments == nullptr) return words;
    for (const DocumentNode& argument : arguments->items) {
        const std::string name = text_in(argument, "name");
        const std::string value = value_of(argument);
        const bool named = text_in(argument, "type") == "named";
        const bool required = is_said(argument, "isRequired", "is_required");
        if (value.empty() && required) {
            const std::string shown = name.empty() ? text_in(argument, "valueHint", "value_hint") : name;
            found.problem = "it needs a value for its argument " + shown + ": `mcpm add` gives it one";
        }
        if (value.empty()) continue;
        if (named) words.push_back(name);
        words.push_back(value);
    }
    return words;
}

bool read_package(FoundServer& found, const DocumentNode& package) {
    const std::string registry = text_in(package, "registryType", "registry_type");
    const std::string older = text_in(package, "registry_name");
    const std::string kind = registry.empty() ? older : registry;
    std::string identifier = text_in(package, "identifier");
    if (identifier.empty()) identifier = text_in(package, "name");
    const std::string version = text_in(package, "version");
    const DocumentNode* const transport = package.find(std::vector<std::string>{"transport", "type"});
    if (transport != nullptr && transport->text != "stdio") return false;
    const auto words = arguments_of(found, either(package, "packageArguments", "package_arguments"));
    if (kind == "npm" || kind == "pypi") {
        Json& source = found.definition[kind];
        source["package"] = identifier;
        if (!version.empty()) source["version"] = version;
        if (!words.empty()) source["args"] = words;
    } else if (kind == "oci" || kind == "docker") {
        const bool has_tag = identifier.find(':', identifier.rfind('/') + 1) != std::string::npos;
        found.definition["type"] = "container";
        found.definition["image"] = identifier + (has_tag || version.empty() ? "" : ":" + version);
        if (!words.empty()) found.definition["args"] = words;
    } else {
        return false;
    }
    add_variables(found, either(package, "environmentVariables", "environment_variables"));
    const DocumentNode* const runtime = either(package, "runtimeArguments", "runtime_arguments");
    if (runtime != nullptr && !runtime->items.empty())
        found.notes.emplace_back("its runtime arguments are left out");
    return true;
}

bool read_remote(FoundServer& found, const DocumentNode& remote) {
    const std::string type = text_in(remote, "type", "transport_type");
    std::string url = text_in(remote, "url");
    if (url.find('{') != std::string::npos) {
        found.problem = "its URL has a part that is yours to give: " + url;
        return true;
    }
    found.definition = Json{{"type", "remote"}, {"url", url}};
    if (type == "sse") found.definition["config"]["transport"] = "sse";
    const DocumentNode* const headers = remote.find("headers");
    if (headers == nullptr) return !url.empty();
    for (const DocumentNode& header : headers->items) {
        const std::string name = text_in(header, "name");
        const std::string value = value_of(header);
        if (!value.empty()) {
            found.definition["headers"][name] = value;
        } else if (is_said(header, "isRequired", "is_required")) {
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
    return text_in(server, "name").find('/') != std::string::npos &&
           (server.find("packages") != nullptr || server.find("remotes") != nullptr);
}

FoundServer read_server_json(const DocumentNode& root) {
    const DocumentNode* const inner = root.find("server");
    const DocumentNode& server = inner != nullptr && inner->is_map() ? *inner : root;
    const std::string name = text_in(server, "name");
    FoundServer found;
    found.name = name.substr(name.rfind('/') + 1);
    found.definition = Json::object();
    const DocumentNode* const packages = server.find("packages");
    const DocumentNode* const remotes = server.find("remotes");
    for (const std::string_view wanted : {"npm", "pypi", "oci", "docker"}) {
        if (packages == nullptr) break;
        for (const DocumentNode& package : packages->items) {
            const std::string kind = text_in(package, "registryType", "registry_type");
            const bool is_it =
                kind == wanted || (kind.empty() && text_in(package, "registry_name") == wanted);
            if (is_it && read_package(found, package)) return found;
        }
    }
    if (remotes != nullptr && !remotes->items.empty() && read_remote(found, remotes->items.front()))
        return found;
    found.problem = "it has no package of npm, PyPI or an image that speaks on stdio, and no remote";
    return found;
}

}  // namespace mcpm::cli
