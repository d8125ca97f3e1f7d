#include "cli/server_keys.hpp"

#include "common/spec_file.hpp"
#include "common/wire_schema.hpp"

#include <algorithm>
#include <array>

namespace mcpm::cli {

namespace {

// clang-format off
constexpr std::array keys{
    ServerKey{"command", "a program; no shell reads it"},
    ServerKey{"args", "the arguments of command or image"},
    ServerKey{"npm", "an npm package, installed once and pinned: a name, name@version, or the keys below"},
    ServerKey{"npm.package", "its name"},
    ServerKey{"npm.version", "a version, a range or a tag; without it, the newest"},
    ServerKey{"npm.program", "which of its programs, when it has several"},
    ServerKey{"npm.args", "arguments of the program"},
    ServerKey{"npm.allowScripts", "run the install scripts of it and of what it needs"},
    ServerKey{"npm.constraints", "of PyPI alone"},
    ServerKey{"npm.before", "of PyPI alone"},
    ServerKey{"npm.digest", "of mcpb and binary alone"},
    ServerKey{"pypi", "a PyPI package, likewise"},
    ServerKey{"pypi.package", "its name"},
    ServerKey{"pypi.version", "a version; without it, the newest"},
    ServerKey{"pypi.program", "which of its programs, when it has several"},
    ServerKey{"pypi.args", "arguments of the program"},
    ServerKey{"pypi.allowScripts", "of npm alone"},
    ServerKey{"pypi.constraints", "what its dependencies may be, as mcp<2"},
    ServerKey{"pypi.before", "nothing that was published after this day, as 2026-11-28"},
    ServerKey{"pypi.digest", "of mcpb and binary alone"},
    ServerKey{"go", "a Go program, built once by the go of this machine and pinned: a path, path@version, or the keys below"},
    ServerKey{"go.package", "its path, as github.com/owner/name/cmd/name"},
    ServerKey{"go.version", "a version, as v1.2.0; without it, the newest"},
    ServerKey{"go.program", "which of its programs, when it has several"},
    ServerKey{"go.args", "arguments of the program"},
    ServerKey{"go.allowScripts", "of npm and cargo alone"},
    ServerKey{"go.constraints", "of PyPI alone"},
    ServerKey{"go.before", "of npm and PyPI alone"},
    ServerKey{"go.digest", "of mcpb and binary alone"},
    ServerKey{"cargo", "a crate, likewise by cargo"},
    ServerKey{"cargo.package", "its name"},
    ServerKey{"cargo.version", "a version; without it, the newest"},
    ServerKey{"cargo.program", "which of its programs, when it has several"},
    ServerKey{"cargo.args", "arguments of the program"},
    ServerKey{"cargo.allowScripts", "run the code of its build and of what it needs: it is not built without"},
    ServerKey{"cargo.constraints", "of PyPI alone"},
    ServerKey{"cargo.before", "of npm and PyPI alone"},
    ServerKey{"cargo.digest", "of mcpb and binary alone"},
    ServerKey{"mcpb", "an MCP bundle, unpacked once and pinned: its place, or the keys below"},
    ServerKey{"mcpb.package", "an absolute path or an address"},
    ServerKey{"mcpb.version", "not of a bundle"},
    ServerKey{"mcpb.program", "interpreter: the arguments say what it runs"},
    ServerKey{"mcpb.args", "arguments of the program"},
    ServerKey{"mcpb.allowScripts", "of npm and cargo alone"},
    ServerKey{"mcpb.constraints", "of PyPI alone"},
    ServerKey{"mcpb.before", "of npm and PyPI alone"},
    ServerKey{"mcpb.digest", "sha256:HEX that its bytes must have; an address needs it"},
    ServerKey{"binary", "a program, fetched once and pinned: its place, or the keys below"},
    ServerKey{"binary.package", "an absolute path or an address"},
    ServerKey{"binary.version", "not of a program"},
    ServerKey{"binary.program", "not of a program"},
    ServerKey{"binary.args", "arguments of the program"},
    ServerKey{"binary.allowScripts", "of npm and cargo alone"},
    ServerKey{"binary.constraints", "of PyPI alone"},
    ServerKey{"binary.before", "of npm and PyPI alone"},
    ServerKey{"binary.digest", "sha256:HEX that its bytes must have; an address needs it"},
    ServerKey{"image", "a container image; docs/containers.md"},
    ServerKey{"url", "the address of a remote server"},
    ServerKey{"headers", "headers for it; ${VAR} is a variable or secret of the server"},
    ServerKey{"type", "follows from the source; a client's words (stdio, http, sse) are read too"},
    ServerKey{"env", "variables"},
    ServerKey{"environment", "the same as env"},
    ServerKey{"secrets", "variable: name of a stored secret (docs/secrets.md)"},
    ServerKey{"cwd", "the folder it runs in, absolute, or ${client.cwd} or ${client.root} (docs/servers-environment.md); without it, one of its own"},
    ServerKey{"watch", "files whose change restarts it, relative to cwd, as in .gitignore: \"*.py\", \"src/**/*.js\", \"!build/\""},
    ServerKey{"volumes", "folders of this machine, or volumes, for an image: SOURCE:/TARGET[:ro]"},
    ServerKey{"ports", "ports of an image: [[ADDRESS:]HOST:]PORT"},
    ServerKey{"port", "one of them"},
    ServerKey{"container", "how an image is run"},
    ServerKey{"container.network", "bridge, none, host, or one of the engine's"},
    ServerKey{"container.user", "USER[:GROUP]; without it, the image's"},
    ServerKey{"container.readOnly", "its own files cannot be changed"},
    ServerKey{"container.capAdd", "capabilities that it is given back; all are dropped"},
    ServerKey{"container.pull", "when the image is fetched"},
    ServerKey{"container.platform", "as linux/arm64"},
    ServerKey{"container.entrypoint", "in place of the image's own"},
    ServerKey{"container.secretsAsEnvironment", "as variables, which docker inspect shows, and not as files"},
    ServerKey{"container.path", "of its MCP endpoint over HTTP"},
    ServerKey{"transport", "how it speaks MCP; none for a program that does not"},
    ServerKey{"sharing", "one process for all clients, or one for each (docs/sharing.md)"},
    ServerKey{"health", "how it is looked at"},
    ServerKey{"health.type", "auto asks an MCP server, and looks whether any other runs"},
    ServerKey{"health.target", "of http a URL, of tcp HOST:PORT"},
    ServerKey{"health.match", "of http: a text that the body must have"},
    ServerKey{"health.command", "of command: a program and its arguments"},
    ServerKey{"health.interval", "between checks"},
    ServerKey{"health.timeout", "of one check"},
    ServerKey{"health.startPeriod", "bad checks do not count for so long after a start"},
    ServerKey{"health.failureThreshold", "bad checks in a row after which it is unhealthy"},
    ServerKey{"health.successThreshold", "good checks in a row after which it is healthy again"},
    ServerKey{"health.restart", "restart it when it is unhealthy"},
    ServerKey{"restart", "when it ends by itself: a policy, or the keys below"},
    ServerKey{"restart.policy", "always, on-failure or never"},
    ServerKey{"restart.limit", "exits within window after which it is given up; 0 for never"},
    ServerKey{"restart.window", "the time for limit"},
    ServerKey{"stopTimeout", "from the polite stop to SIGKILL"},
    ServerKey{"startTimeout", "until it must be ready"},
    ServerKey{"resources", "limits"},
    ServerKey{"resources.memory", "a size, as 512MiB"},
    ServerKey{"resources.cpus", "cores, as 1.5"},
    ServerKey{"resources.pids", "processes"},
    ServerKey{"resources.openFiles", "open files of each process"},
    ServerKey{"lazy", "sleep until the first request"},
    ServerKey{"idleTimeout", "a lazy one sleeps again after so long without a request"},
    ServerKey{"tools", "what clients see of its tools"},
    ServerKey{"tools.allow", "only these, as patterns; without it, all"},
    ServerKey{"tools.deny", "not these"},
    ServerKey{"tools.rename", "its own name: the name for clients"},
    ServerKey{"tools.edit", "by its own name: how clients see a tool"},
    ServerKey{"tools.edit.description", "in place of the server's"},
    ServerKey{"tools.edit.hide", "arguments that clients neither see nor give"},
    ServerKey{"tools.edit.defaults", "values of arguments that a call leaves out"},
    ServerKey{"tools.hold", "offer only tools that are as they were approved"},
    ServerKey{"labels", "for -l KEY=VALUE"},
    ServerKey{"dependsOn", "servers that are started first: names, or the keys below"},
    ServerKey{"dependsOn.server", "its name"},
    ServerKey{"dependsOn.condition", "what it is waited for"},
    ServerKey{"sandbox", "none"},
    ServerKey{"api", "whether its processes may use the agent's socket"},
    ServerKey{"enabled", "false: neither started nor offered to clients"},
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

Json described_server_schema() {
    Json server = wire::server_schema();
    for (const ServerKey& key : keys)
        if (Json* const found = find_key(server, key.name)) (*found)["description"] = key.what;
    return server;
}

}  // namespace

std::span<const ServerKey> described_server_keys() {
    return keys;
}

Json servers_file_schema() {
    const Json servers{{"type", "object"}, {"additionalProperties", Json{{"$ref", "#/$defs/server"}}}};
    Json file{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", servers_schema_address},
              {"title", "mcpm servers file"},
              {"description", "What `mcpm apply -f FILE` reads and `mcpm export` writes"},
              {"type", "object"}};
    file["properties"] = Json{{"version", Json{{"const", 1}}}, {"servers", servers}};
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
        "```\n\nOne of `command`, `npm`, `pypi`, `go`, `cargo`, `mcpb`, `binary`, `image` and `url` says what a server is; all other keys "
        "have "
        "a default.\n\n| key | what it is |\n|---|---|\n";
    for (const ServerKey& key : keys) {
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
