#include "agent/registry/catalogues.hpp"

#include "agent/registry/draft.hpp"
#include "agent/registry/server_json.hpp"
#include "common/ascii.hpp"
#include "common/spec_file.hpp"
#include "common/yaml_tree.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::registry {

namespace {

using templates::Parameter;
using templates::ParameterType;
using wire::Json;

Json json_of(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::scalar) return node.text;
    if (node.kind == YamlNode::Kind::list) {
        Json list = Json::array();
        for (const auto& item : node.items) list.push_back(json_of(item));
        return list;
    }
    if (node.kind != YamlNode::Kind::map) return nullptr;
    Json object = Json::object();
    for (const auto& [key, value] : node.members) object[key.text] = json_of(value);
    return object;
}

Entry begin_entry(const std::string& name, const Json& one, const std::string& from) {
    Entry entry;
    entry.id = name;
    entry.from = from;
    entry.content.id = name;
    entry.content.name = text_of(one, "title").empty() ? name : text_of(one, "title");
    entry.content.description = text_of(one, "description");
    return entry;
}

void add_texts(const Json& list, std::vector<std::string>& out) {
    for (const Json& item : list)
        if (item.is_string()) out.push_back(item.get<std::string>());
}

/// Docker's catalogue: values are asked for by JSON Schema, and stand as {{server.name}} in texts.
class DockerReader {
  public:
    DockerReader(const Json& one, Entry& entry) : one_(one), entry_(entry), draft_(entry) {}

    void read() {
        read_facts();
        ask_for_values();
        const Json& remote = part_of(one_, "remote");
        if (!remote.empty()) {
            draft_.set({}, "url", filled(text_of(remote, "url")));
            if (text_of(remote, "transport_type") == "sse") draft_.set({}, "transport", "sse");
            for (const auto& [header, value] : part_of(remote, "headers").items())
                if (value.is_string()) draft_.set({"headers"}, header, value.get<std::string>());
        } else if (!text_of(one_, "image").empty()) {
            draft_.set({}, "image", text_of(one_, "image"));
        } else {
            draft_.problem("it has no image and no remote: one of them is expected", "image");
        }
        for (const Json& word : part_of(one_, "command"))
            if (word.is_string()) draft_.add_item({"args"}, {filled(word.get<std::string>())});
        for (const Json& volume : part_of(one_, "volumes"))
            if (volume.is_string()) add_volume(volume.get<std::string>());
        for (const Json& variable : part_of(one_, "env"))
            if (!text_of(variable, "name").empty())
                draft_.set({"env"}, text_of(variable, "name"), filled(text_of(variable, "value")));
        for (const Json& secret : part_of(one_, "secrets")) add_secret(secret);
        if (!part_of(one_, "secrets").empty() && remote.empty())
            draft_.set({"container"}, "secretsAsEnvironment", "true");
    }

  private:
    void read_facts() {
        const Json& facts = part_of(one_, "metadata");
        entry_.content.license = text_of(facts, "license");
        if (const auto category = text_of(facts, "category"); !category.empty())
            entry_.content.tags.push_back(category);
        add_texts(part_of(facts, "tags"), entry_.content.tags);
        entry_.content.homepage = text_of(one_, "upstream");
        entry_.updated = text_of(one_, "dateAdded");
        constexpr std::string_view built = "mcp/";
        if (text_of(one_, "image").compare(0, built.size(), built) == 0)
            entry_.verified = "Docker builds the image";
        for (const Json& host : part_of(one_, "allowHosts"))
            if (host.is_string())
                entry_.content.permissions.push_back("connects to " + host.get<std::string>());
        if (is_said(one_, "disableNetwork")) entry_.content.permissions.emplace_back("needs no network");
    }

    void ask_for_values() {
        for (const Json& group : part_of(one_, "config")) {
            const Json& required = part_of(group, "required");
            for (const auto& [key, schema] : part_of(group, "properties").items()) {
                Parameter one;
                one.name = parameter_name(key);
                one.description = text_of(schema, "description");
                one.standard = text_of(schema, "default");
                const std::string type = text_of(schema, "type");
                if (type == "array") one.type = ParameterType::list;
                if (type == "number" || type == "integer") one.type = ParameterType::number;
                if (type == "boolean") one.type = ParameterType::boolean;
                add_texts(part_of(schema, "enum"), one.options);
                const std::string& wanted = key;
                one.required = std::any_of(required.begin(), required.end(),
                                           [&](const Json& name) { return name == wanted; });
                asked_.emplace_back(key, draft_.ask(one));
            }
        }
    }

    /// "{{server.path}}" -> "${path}"; what no value is asked for is a problem.
    std::string filled(const std::string& text) {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const auto open = text.find("{{", at);
            const auto close = open == std::string::npos ? open : text.find("}}", open);
            out += text.substr(at, close == std::string::npos ? std::string::npos : open - at);
            if (close == std::string::npos) break;
            std::string word = text.substr(open + 2, close - open - 2);
            word = word.substr(0, word.find('|'));
            word = word.substr(std::min(word.find('.') + 1, word.size()));
            const auto found = std::find_if(asked_.begin(), asked_.end(),
                                            [&](const auto& pair) { return pair.first == word; });
            if (found == asked_.end())
                draft_.problem(
                    "it needs " + text.substr(open, close + 2 - open) +
                        ", which it does not ask for: `mcpm add NAME --image IMAGE` with the value "
                        "defines it by hand",
                    "config");
            else
                out += "${" + found->second + "}";
            at = close + 2;
        }
        return out;
    }

    /// "{{x.paths|volume|into}}" is each of the folders at its own place, "|volume" likewise.
    void add_volume(const std::string& text) {
        std::string volume = filled(text);
        if (text.find("|volume") != std::string::npos && volume.find(':') == std::string::npos)
            volume += ":" + volume;
        draft_.add_item({"volumes"}, {volume});
    }

    void add_secret(const Json& secret) {
        const std::string variable = text_of(secret, "env");
        if (variable.empty()) return;
        Parameter one;
        one.name = parameter_name(variable);
        one.required = true;
        one.secret = true;
        one.description = text_of(secret, "name");
        one.example = text_of(secret, "example");
        draft_.set({"secrets"}, variable, "${" + draft_.ask(one) + "}");
    }

    const Json& one_;
    Entry& entry_;
    Draft draft_;
    std::vector<std::pair<std::string, std::string>> asked_;
};

/// ToolHive's registry: an image or an address, variables, and what it may reach.
class ToolHiveReader {
  public:
    ToolHiveReader(const Json& one, Entry& entry) : one_(one), entry_(entry), draft_(entry) {}

    void read() {
        read_facts();
        const std::string transport = text_of(one_, "transport");
        if (const auto url = text_of(one_, "url"); !url.empty()) {
            draft_.set({}, "url", url);
            if (transport == "sse") draft_.set({}, "transport", "sse");
            for (const Json& header : part_of(one_, "headers")) add_header(header);
        } else if (const auto image = text_of(one_, "image"); !image.empty()) {
            draft_.set({}, "image", image);
            if (!transport.empty() && transport != "stdio")
                draft_.problem("its image speaks " + transport +
                                   ", not stdio: start it yourself, then `mcpm add NAME --url ADDRESS`",
                               "transport");
        } else {
            draft_.problem("it has no image and no url: one of them is expected", "image");
        }
        for (const Json& word : part_of(one_, "args"))
            if (word.is_string()) draft_.add_item({"args"}, {word.get<std::string>()});
        for (const Json& variable : part_of(one_, "env_vars")) add_variable(variable);
    }

  private:
    void read_facts() {
        entry_.content.homepage = text_of(one_, "repository_url");
        add_texts(part_of(one_, "tags"), entry_.content.tags);
        const Json& facts = part_of(one_, "metadata");
        entry_.updated = text_of(facts, "last_updated");
        if (const auto status = ascii::lowered(text_of(one_, "status")); status != "active")
            entry_.status = status;
        if (!part_of(one_, "provenance").empty()) entry_.verified = "its image is signed";
        const Json& network = part_of(part_of(part_of(one_, "permissions"), "network"), "outbound");
        for (const Json& host : part_of(network, "allow_host"))
            if (host.is_string())
                entry_.content.permissions.push_back("connects to " + host.get<std::string>());
        if (is_said(network, "insecure_allow_all"))
            entry_.content.permissions.emplace_back("connects to any host");
    }

    Parameter parameter_of(const Json& input) const {
        Parameter one;
        one.name = parameter_name(text_of(input, "name"));
        one.required = is_said(input, "required");
        one.secret = is_said(input, "secret");
        one.standard = text_of(input, "default");
        one.description = text_of(input, "description");
        add_texts(part_of(input, "choices"), one.options);
        return one;
    }

    void add_variable(const Json& input) {
        const std::string name = text_of(input, "name");
        if (name.empty()) return;
        const Parameter one = parameter_of(input);
        draft_.set({one.secret ? "secrets" : "env"}, name, "${" + draft_.ask(one) + "}");
        if (one.secret) draft_.set({"container"}, "secretsAsEnvironment", "true");
    }

    void add_header(const Json& input) {
        const std::string name = text_of(input, "name");
        if (name.empty()) return;
        const Parameter one = parameter_of(input);
        const std::string asked = "${" + draft_.ask(one) + "}";
        if (!one.secret) return draft_.set({"headers"}, name, asked);
        std::string variable;
        for (const char c : name) variable += ascii::is_letter_or_digit(c) ? ascii::upper(c) : '_';
        draft_.set({"secrets"}, variable, asked);
        draft_.set({"headers"}, name, "${" + variable + "}");
    }

    const Json& one_;
    Entry& entry_;
    Draft draft_;
};

void count_unreadable(Catalogue& catalogue, const char* list, const std::string& name) {
    if (++catalogue.unreadable > 1) return;
    catalogue.first_unreadable = list + ("." + name) + ": a map is expected";
    catalogue.first_at = {list, name};
}

/// Of an entry with a problem the whole way to it.
void add_entry(Catalogue& catalogue, const char* list, Entry entry) {
    if (!entry.problem.empty())
        entry.problem_at = list + ("." + entry.id) + (entry.problem_at.empty() ? "" : ".") + entry.problem_at;
    catalogue.entries.push_back(std::move(entry));
}

}  // namespace

Result<Json> read_document(std::string_view text, const std::string& name) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (text[first] == '{' || text[first] == '['))
        return wire::parse(text);
    YamlTree tree = read_yaml(text);
    if (!tree.problems.empty()) return problems_error(name, {tree.problems.front()});
    return wire::as_result(json_of(tree.root));
}

Result<Catalogue> read_catalogue(const Json& document, const std::string& from) {
    Catalogue out;
    if (const Json& docker = part_of(document, "registry"); docker.is_object()) {
        for (const auto& [name, one] : docker.items()) {
            if (!one.is_object()) {
                count_unreadable(out, "registry", name);
                continue;
            }
            Entry entry = begin_entry(name, one, from);
            DockerReader(one, entry).read();
            add_entry(out, "registry", std::move(entry));
        }
        return out;
    }
    if (part_of(document, "servers").is_object()) {
        for (const char* list : {"servers", "remote_servers"}) {
            for (const auto& [name, one] : part_of(document, list).items()) {
                if (!one.is_object()) {
                    count_unreadable(out, list, name);
                    continue;
                }
                Entry entry = begin_entry(name, one, from);
                ToolHiveReader(one, entry).read();
                add_entry(out, list, std::move(entry));
            }
        }
        return out;
    }
    if (is_server_json(document)) {
        auto entry = read_server_json(document, from);
        if (!entry) return entry.error();
        out.entries.push_back(std::move(*entry));
        return out;
    }
    auto page = read_page(document, from);
    if (!page)
        return Error{
            ErrorCode::validation_error,
            from +
                ":1:1: it is neither a server.json nor a catalogue: expected \"registry\" with a map "
                "(Docker), \"servers\" with a map (ToolHive) or with a list (a page of a registry)"};
    out.entries = std::move(page->entries);
    out.unreadable = page->unreadable;
    out.first_unreadable = page->first_unreadable;
    out.first_at = page->first_at;
    return out;
}

}  // namespace mcpm::registry
