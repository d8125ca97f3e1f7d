#include "cli/server_keys.hpp"

#include "common/package_registries.hpp"
#include "common/spec_file.hpp"
#include "common/wire_schema.hpp"

#include <algorithm>
#include <array>

namespace mcpm::cli {

namespace {

// clang-format off
struct Row {
    std::string_view name, what;
};
constexpr std::array keys{
    Row{"command", "a program; no shell reads it"},
    Row{"args", "the arguments of command or image"},
    Row{"npm", "an npm package, installed once and pinned: a name, name@version, or the keys below"},
    Row{"pypi", "a PyPI package, likewise"},
    Row{"go", "a Go module, likewise"},
    Row{"cargo", "a crate, likewise"},
    Row{"mcpb", "an MCP bundle (MCPB), likewise"},
    Row{"binary", "a program to download, likewise"},
    Row{"npm.package", "its name; of mcpb and binary, where it is"},
    Row{"npm.version", "a version, a range or a tag; without it, the newest"},
    Row{"npm.program", "which of its programs, when it has several"},
    Row{"npm.args", "arguments of the program"},
    Row{"npm.allowScripts", "of npm: run the install scripts of it and of what it needs; of pypi: build what is published as sources alone"},
    Row{"npm.constraints", "of pypi: what its dependencies may be, as mcp<2"},
    Row{"npm.with", "of pypi: what is installed beside it, as lxml-html-clean"},
    Row{"npm.python", "of pypi: the Python that runs it, as 3.12, or >=3.12"},
    Row{"npm.before", "of pypi: nothing that was published after this day, as 2026-11-28"},
    Row{"npm.digest", "what its bytes must have: sha256:… (of npm sha512-…); needed where an address is given"},
    Row{"image", "a container image; docs/containers.md"},
    Row{"url", "the address of a remote server"},
    Row{"headers", "headers for it; ${VAR} is a variable or secret of the server"},
    Row{"type", "follows from the source; a client's words (stdio, http, sse) are read too"},
    Row{"env", "variables"},
    Row{"environment", "the same as env"},
    Row{"secrets", "variable: name of a stored secret (docs/secrets.md)"},
    Row{"cwd", "the folder it runs in, absolute, or ${client.cwd} or ${client.root} (docs/servers-environment.md); without it, one of its own"},
    Row{"watch", "files whose change restarts it, relative to cwd, as in .gitignore: \"*.py\", \"src/**/*.js\", \"!build/\""},
    Row{"volumes", "folders of this machine, or volumes, for an image: SOURCE:/TARGET[:ro]"},
    Row{"ports", "ports of an image: [[ADDRESS:]HOST:]PORT"},
    Row{"port", "one of them"},
    Row{"container", "how an image is run"},
    Row{"container.network", "bridge, none, host, or one of the engine's"},
    Row{"container.user", "USER[:GROUP]; without it, the image's"},
    Row{"container.readOnly", "its own files cannot be changed"},
    Row{"container.capAdd", "capabilities that it is given back; all are dropped"},
    Row{"container.pull", "when the image is fetched"},
    Row{"container.platform", "as linux/arm64"},
    Row{"container.entrypoint", "in place of the image's own"},
    Row{"container.secretsAsEnvironment", "as variables, which docker inspect shows, and not as files"},
    Row{"container.path", "of its MCP endpoint over HTTP"},
    Row{"transport", "how it speaks MCP; none for a program that does not"},
    Row{"sharing", "one process for all clients, or one for each (docs/sharing.md)"},
    Row{"health", "how it is looked at"},
    Row{"health.type", "auto asks an MCP server, and looks whether any other runs"},
    Row{"health.target", "of http a URL, of tcp HOST:PORT"},
    Row{"health.match", "of http: a text that the body must have"},
    Row{"health.command", "of command: a program and its arguments"},
    Row{"health.interval", "between checks"},
    Row{"health.timeout", "of one check"},
    Row{"health.startPeriod", "bad checks do not count for so long after a start"},
    Row{"health.failureThreshold", "bad checks in a row after which it is unhealthy"},
    Row{"health.successThreshold", "good checks in a row after which it is healthy again"},
    Row{"health.restart", "restart it when it is unhealthy"},
    Row{"restart", "when it ends by itself: a policy, or the keys below"},
    Row{"restart.policy", "always, on-failure or never"},
    Row{"restart.limit", "exits within window after which it is given up; 0 for never"},
    Row{"restart.window", "the time for limit"},
    Row{"stopTimeout", "from the polite stop to SIGKILL"},
    Row{"startTimeout", "until it must be ready"},
    Row{"resources", "limits"},
    Row{"resources.memory", "a size, as 512MiB"},
    Row{"resources.cpus", "cores, as 1.5"},
    Row{"resources.pids", "processes"},
    Row{"resources.openFiles", "open files of each process"},
    Row{"lazy", "sleep until the first request"},
    Row{"idleTimeout", "a lazy one sleeps again after so long without a request"},
    Row{"tools", "what clients see of its tools"},
    Row{"tools.allow", "only these, as patterns; without it, all"},
    Row{"tools.deny", "not these"},
    Row{"tools.rename", "its own name: the name for clients"},
    Row{"tools.edit", "by its own name: how clients see a tool"},
    Row{"tools.edit.description", "in place of the server's"},
    Row{"tools.edit.hide", "arguments that clients neither see nor give"},
    Row{"tools.edit.defaults", "values of arguments that a call leaves out"},
    Row{"tools.hold", "offer only tools that are as they were approved"},
    Row{"labels", "for -l KEY=VALUE"},
    Row{"dependsOn", "servers that are started first: names, or the keys below"},
    Row{"dependsOn.server", "its name"},
    Row{"dependsOn.condition", "what it is waited for"},
    Row{"sandbox", "none"},
    Row{"api", "whether its processes may use the agent's socket"},
    Row{"enabled", "false: neither started nor offered to clients"},
};
// clang-format on

/// Where the keys of a value are, if it has such: its own, those of a list's items or of a map's values, or
/// those of one of several forms.
Json* properties_of(Json& schema) {
    if (!schema.is_object()) return nullptr;
    if (schema.contains("properties")) return &schema["properties"];
    for (const char* inner : {"items", "additionalProperties"})
        if (schema.contains(inner))
            if (Json* const found = properties_of(schema[inner])) return found;
    if (!schema.contains("anyOf")) return nullptr;
    for (Json& form : schema["anyOf"])
        if (Json* const found = properties_of(form)) return found;
    return nullptr;
}

Json* find_key(Json& server, std::string_view name) {
    Json* at = &server;
    while (!name.empty()) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        Json* const properties = properties_of(*at);
        const std::string key(name.substr(0, dot));
        if (properties == nullptr || !properties->contains(key)) return nullptr;
        at = &(*properties)[key];
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return at;
}

std::string words_of(const Json& schema) {
    std::string words;
    if (!schema.contains("enum")) return words;
    for (const Json& word : schema["enum"]) words += (words.empty() ? "" : ", ") + word.get<std::string>();
    return words;
}

/// "npm.version" is described for all that installs packages.
std::vector<std::string> named_by(std::string_view key) {
    constexpr std::string_view of_package = "npm.";
    if (!key.starts_with(of_package)) return {std::string(key)};
    std::vector<std::string> names;
    for (const char* registry : package_registries)
        names.push_back(registry + std::string(".") + std::string(key.substr(of_package.size())));
    return names;
}

Json described_server_schema() {
    Json server = wire::server_schema();
    for (const ServerKey& key : described_server_keys())
        if (Json* const found = find_key(server, key.name)) (*found)["description"] = key.what;
    return server;
}

Json map_of(Json values, const char* what) {
    return Json{{"type", "object"}, {"description", what}, {"additionalProperties", std::move(values)}};
}

Json object_of(Json properties) {
    return Json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// As common/setup_sections reads them.
Json profiles_schema() {
    const Json patterns{{"type", "array"}, {"items", Json{{"type", "string"}}}};
    const Json text{{"type", "string"}};
    Json rules = object_of(Json{{"allow", patterns}, {"deny", patterns}});
    Json profile = object_of(Json{{"description", text}, {"instructions", text}});
    profile["properties"]["servers"] = map_of(std::move(rules), "by server: which of its tools");
    return map_of(std::move(profile), "named choices of servers and tools, by name");
}

Json approvals_schema() {
    Json digest{{"type", "string"}, {"pattern", "^sha256:[0-9a-f]{64}$"}};
    return map_of(map_of(std::move(digest), "by tool"), "digests of approved tools, by server");
}

}  // namespace

std::vector<ServerKey> described_server_keys() {
    std::vector<ServerKey> all;
    for (const Row& row : keys)
        for (std::string& name : named_by(row.name)) all.push_back({std::move(name), row.what});
    return all;
}

Json servers_file_schema() {
    const Json servers{{"type", "object"}, {"additionalProperties", Json{{"$ref", "#/$defs/server"}}}};
    Json file{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", servers_schema_address},
              {"title", "mcpm servers file"},
              {"description", "What `mcpm apply -f FILE` reads and `mcpm export` writes"},
              {"type", "object"}};
    file["properties"] = Json{{"version", Json{{"const", 1}}},
                              {"servers", servers},
                              {"profiles", profiles_schema()},
                              {"approvals", approvals_schema()}};
    file["required"] = Json::array({"servers"});
    file["additionalProperties"] = false;
    file["$defs"] = Json{{"server", described_server_schema()}};
    return file;
}

std::string server_keys_reference() {
    Json server = wire::server_schema();
    std::string out =
        "# Keys of a server in the servers file\n\nMade by `mcpm __manual` from the tables that read the "
        "file; "
        "docs/servers-file.md says what the file is for.\nThe same as a JSON Schema: "
        "`docs/servers.schema.json`, "
        "also printed by `mcpm __schema`. An editor with YAML support\nreads it from the file's first line, "
        "which "
        "`mcpm export` writes:\n\n```yaml\n" +
        std::string(servers_schema_line) +
        "```\n\nOne of `command`, `npm`, `pypi`, `go`, `cargo`, `mcpb`, `binary`, `image` and `url` says "
        "what a server is; all other keys "
        "have "
        "a default.\n\n| key | what it is |\n|---|---|\n";
    for (const Row& key : keys) {
        const Json* const found = find_key(server, key.name);
        const std::string words = found == nullptr ? "" : words_of(*found);
        std::string what(key.what);
        if (!words.empty() && what.find(words.substr(0, words.find(','))) == std::string::npos)
            what += ": " + words;
        out += "| `" + std::string(key.name) + "` | ";
        for (const char c : what) out += c == '|' ? std::string("\\|") : std::string(1, c);
        out += " |\n";
    }
    return out;
}

}  // namespace mcpm::cli
