#include "cli/clients/import_reader.hpp"

#include "cli/clients/client_entry.hpp"
#include "cli/clients/command_meaning.hpp"
#include "common/ascii.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>

namespace mcpm::cli {

namespace {

using Kind = DocumentNode::Kind;

const DocumentNode* first_of(const DocumentNode& entry, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (const DocumentNode* const found = entry.find(key);
            found != nullptr && found->kind != Kind::nothing)
            return found;
    }
    return nullptr;
}

std::string text_of(const DocumentNode& entry, std::initializer_list<std::string_view> keys) {
    const DocumentNode* const found = first_of(entry, keys);
    return found == nullptr ? "" : found->text;
}

std::vector<std::string> list_of(const DocumentNode& entry, std::initializer_list<std::string_view> keys) {
    std::vector<std::string> out;
    const DocumentNode* const found = first_of(entry, keys);
    if (found == nullptr) return out;
    for (const DocumentNode& item : found->items) out.push_back(item.text);
    return out;
}

/// ${VAR}, ${env:VAR}, ${VAR:-otherwise}, {env:VAR} and what else clients put in place of a value.
class Placeholders {
  public:
    explicit Placeholders(const ImportWishes& wishes) : wishes_(wishes) {}

    /// The text with what is known in place; `missing` has the names that are not.
    std::string fill(const std::string& text, std::vector<std::string>& missing) const {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const bool is_dollar = text.compare(at, 2, "${") == 0;
            const bool is_brace = text.compare(at, 5, "{env:") == 0;
            const std::size_t end = is_dollar || is_brace ? text.find('}', at) : std::string::npos;
            if (end == std::string::npos) {
                out += text[at++];
                continue;
            }
            const std::size_t begin = at + (is_dollar ? 2 : 1);
            out += value_of(text.substr(begin, end - begin), missing);
            at = end + 1;
        }
        return out;
    }

  private:
    std::string value_of(std::string name, std::vector<std::string>& missing) const {
        if (name.starts_with("env:")) name.erase(0, 4);
        const bool is_folder = name == "workspaceFolder" || name == "workspaceRoot";
        if (is_folder && !wishes_.folder.empty()) return wishes_.folder;
        if (name == "userHome" || name == "HOME") return known("HOME").value_or("");
        const std::size_t parts = name.find(":-");
        const auto value = known(name.substr(0, parts));
        if (value) return *value;
        if (parts != std::string::npos) return name.substr(parts + 2);
        missing.push_back(is_folder || name.starts_with("input:") ? name : name.substr(0, parts));
        return "${" + name + "}";
    }

    std::optional<std::string> known(const std::string& name) const {
        return wishes_.environment ? wishes_.environment(name.c_str()) : std::nullopt;
    }

    const ImportWishes& wishes_;
};

void add_variables(FoundServer& found, const DocumentNode& entry, const Placeholders& placeholders) {
    const DocumentNode* const map = first_of(entry, {"env", "environment", "envs", "env_vars"});
    if (map == nullptr) return;
    const auto add = [&](const std::string& name, const std::string& text) {
        std::vector<std::string> missing;
        const std::string value = placeholders.fill(text, missing);
        Json& config = found.definition["config"];
        if (missing.empty()) {
            config["environment"][name] = value;
            return;
        }
        // A value that is not here is one for the vault.
        config["secrets"][name] = "";
        found.notes.push_back(name + " has no value here (" + missing.front() + ")");
    };
    for (const auto& [key, value] : map->members) add(key.text, value.text);
    for (const DocumentNode& item : map->items) {
        const std::string name = text_of(item, {"name"});
        const std::size_t equals = item.text.find('=');
        if (!name.empty() && item.find("value") != nullptr) add(name, text_of(item, {"value"}));
        if (item.is_text() && equals != std::string::npos)
            add(item.text.substr(0, equals), item.text.substr(equals + 1));
        else if (item.is_text())
            add(item.text, "${" + item.text + "}");
    }
}

std::string transport_of(const DocumentNode& entry) {
    const std::string type =
        ascii::lowered(text_of(entry, {"type", "transport", "transport_type", "transportType"}));
    if (type.empty() || type == "stdio" || type == "local" || type == "builtin") return "";
    return type == "sse" ? "sse" : "http";
}

void read_remote(FoundServer& found, const DocumentNode& entry, const std::string& url,
                 const Placeholders& placeholders) {
    std::vector<std::string> missing;
    found.definition = Json{{"type", "remote"}, {"url", placeholders.fill(url, missing)}};
    if (!missing.empty())
        found.problem =
            "its URL needs " + missing.front() + ", which has no value here: set it, or write it out";
    const std::string transport = transport_of(entry);
    if (transport == "sse") found.definition["config"]["transport"] = "sse";
    const DocumentNode* headers = first_of(entry, {"headers", "http_headers"});
    if (headers == nullptr) headers = entry.find(std::vector<std::string>{"requestOptions", "headers"});
    if (headers != nullptr) {
        for (const auto& [key, value] : headers->members) {
            std::vector<std::string> none;
            found.definition["headers"][key.text] = placeholders.fill(value.text, none);
            if (!none.empty())
                found.problem = "its header " + key.text + " needs " + none.front() +
                                ", which has no value here: set it, or write it out";
        }
    }
    const std::string bearer = text_of(entry, {"bearerToken"});
    if (!bearer.empty()) found.definition["headers"]["Authorization"] = "Bearer " + bearer;
    if (const std::string variable = text_of(entry, {"bearer_token_env_var"}); !variable.empty()) {
        std::vector<std::string> none;
        const std::string token = placeholders.fill("${" + variable + "}", none);
        if (none.empty())
            found.definition["headers"]["Authorization"] = "Bearer " + token;
        else
            found.problem =
                "its token is in " + variable + ", which has no value here: set it, or write it out";
    }
}

void read_command(FoundServer& found, std::vector<std::string> words, const DocumentNode& entry,
                  const ImportWishes& wishes, const Placeholders& placeholders) {
    for (std::string& word : words) {
        std::vector<std::string> missing;
        word = placeholders.fill(word, missing);
        if (!missing.empty())
            found.problem =
                "its command needs " + missing.front() + ", which has no value here: set it, or write it out";
    }
    const auto meaning = wishes.as_is ? std::nullopt : meaning_of(words);
    if (meaning) {
        found.definition = meaning->definition;
        found.meaning = meaning->what;
    } else {
        found.definition["command"] = words.front();
        words.erase(words.begin());
        if (!words.empty()) found.definition["args"] = words;
    }
    add_variables(found, entry, placeholders);
    if (meaning) {
        // docker's own client got all variables, the container only those that were named.
        Json kept = member(member(found.definition, "config"), "environment");
        for (const std::string& name : meaning->variables) {
            if (kept.contains(name) || member(member(found.definition, "config"), "secrets").contains(name))
                continue;
            const auto value = wishes.environment ? wishes.environment(name.c_str()) : std::nullopt;
            if (value)
                found.definition["config"]["environment"][name] = *value;
            else
                found.definition["config"]["secrets"][name] = "";
        }
    }
    std::vector<std::string> missing;
    std::string folder =
        placeholders.fill(text_of(entry, {"cwd", "workingDirectory", "working_dir"}), missing);
    if (folder.empty() && !found.definition.contains("image")) folder = wishes.folder;
    if (!folder.empty() && folder.front() != '/' && !wishes.folder.empty())
        folder = wishes.folder + "/" + folder;
    if (folder.starts_with('/')) found.definition["config"]["cwd"] = folder;
    if (!missing.empty()) found.notes.push_back("its folder " + missing.front() + " is not known here");
    if (!text_of(entry, {"envFile", "env_file"}).empty()) found.notes.push_back("its envFile is not read");
}

void read_image(FoundServer& found, const DocumentNode& entry, const std::string& image,
                const ImportWishes& wishes, const Placeholders& placeholders) {
    found.definition = Json{{"type", "container"}, {"image", image}};
    const auto args = list_of(entry, {"args", "cmd_args", "command"});
    if (!args.empty()) found.definition["args"] = args;
    if (!text_of(entry, {"command"}).empty())
        found.notes.push_back("its command is one text, and is left out");
    add_variables(found, entry, placeholders);
    for (std::string volume : list_of(entry, {"volumes"})) {
        if (volume.starts_with("./") && !wishes.folder.empty()) volume = wishes.folder + volume.substr(1);
        found.definition["config"]["volumes"].push_back(volume);
    }
    const std::string transport = transport_of(entry);
    if (!transport.empty()) found.definition["config"]["transport"] = transport;
    const DocumentNode* const secrets = first_of(entry, {"secrets"});
    if (secrets == nullptr) return;
    for (const DocumentNode& secret : secrets->items) {
        const std::string variable = text_of(secret, {"env", "target"});
        if (!variable.empty()) found.definition["config"]["secrets"][variable] = "";
    }
}

struct FieldShape {
    std::initializer_list<std::string_view> keys;
    std::initializer_list<Kind> kinds;
    std::string_view wanted;
};

/// What is wrong with the shape of an entry; empty: nothing.
std::string shape_problem(const DocumentNode& entry) {
    static const FieldShape shapes[] = {
        {{"command", "cmd"}, {Kind::text, Kind::list}, "a text or a list"},
        {{"args"}, {Kind::list}, "a list"},
        {{"env", "environment", "envs", "env_vars"}, {Kind::map, Kind::list}, "a map or a list"},
        {{"url", "serverUrl", "httpUrl", "uri", "remote_url"}, {Kind::text}, "a text"},
        {{"image"}, {Kind::text}, "a text"},
        {{"headers", "http_headers"}, {Kind::map}, "a map"},
    };
    if (entry.kind != Kind::map) return "it is not a map: one with a command or a URL is expected";
    for (const FieldShape& shape : shapes) {
        for (const std::string_view key : shape.keys) {
            const DocumentNode* const found = entry.find(key);
            if (found == nullptr || found->kind == Kind::nothing) continue;
            if (std::find(shape.kinds.begin(), shape.kinds.end(), found->kind) == shape.kinds.end())
                return "its " + std::string(key) + " is not " + std::string(shape.wanted);
        }
    }
    return {};
}

bool is_off(const DocumentNode& entry) {
    return text_of(entry, {"disabled"}) == "true" || text_of(entry, {"enabled"}) == "false";
}

}  // namespace

FoundServer read_entry(const std::string& name, const DocumentNode& entry, DocumentFormat,
                       const ImportWishes& wishes) {
    FoundServer found;
    found.name = name;
    found.definition = Json::object();
    const Placeholders placeholders(wishes);
    std::string url = text_of(entry, {"url", "serverUrl", "httpUrl", "uri", "remote_url"});
    const DocumentNode* const nested = entry.find(std::vector<std::string>{"remote", "url"});
    if (url.empty() && nested != nullptr) url = nested->text;
    const std::string image = text_of(entry, {"image"});
    std::vector<std::string> words = list_of(entry, {"command", "cmd"});
    if (const std::string program = text_of(entry, {"command", "cmd"}); !program.empty())
        words.push_back(program);
    const bool has_program = !words.empty();
    for (std::string& word : list_of(entry, {"args"})) words.push_back(std::move(word));
    found.is_ours =
        is_our_entry(entry) ||
        (words.size() > 1 && (words[0] == "mcpm" || words[0].ends_with("/mcpm")) && words[1] == "connect");
    const std::string type = ascii::lowered(text_of(entry, {"type"}));
    if (type == "builtin" || type == "platform" || type == "frontend" || type == "inline_python")
        found.problem = "it is part of the client itself, which goes on running it";
    else if (auto wrong = shape_problem(entry); !wrong.empty())
        found.problem = std::move(wrong);
    else if (!url.empty())
        read_remote(found, entry, url, placeholders);
    else if (!image.empty())
        read_image(found, entry, image, wishes, placeholders);
    else if (has_program)
        read_command(found, std::move(words), entry, wishes, placeholders);
    else
        found.problem =
            entry.find("build") != nullptr
                ? "it is built from sources, only an image can be taken over: build it, and name it as image"
                : "it has neither a command nor a URL: one of them is expected";
    if (is_off(entry)) found.definition["config"]["enabled"] = false;
    return found;
}

std::string what_runs(const Json& definition) {
    Json key = Json::object();
    for (const char* const name : {"npm", "pypi", "image", "url", "args", "headers"}) {
        if (definition.contains(name)) key[name] = definition[name];
    }
    for (const char* const registry : {"npm", "pypi"}) {
        if (key.contains(registry)) key[registry].erase("pin");
    }
    if (const std::string command = text(definition, "command"); !command.empty())
        key["command"] = command.substr(command.rfind('/') + 1);
    std::map<std::string, std::string> variables;
    for (const auto& [name, value] : member(member(definition, "config"), "environment").items())
        variables[name] = value.is_string() ? value.get<std::string>() : value.dump();
    key["variables"] = variables;
    return wire::to_text(key);
}

}  // namespace mcpm::cli
